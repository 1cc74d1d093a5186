"""`fdelab scenario verify`."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from labs.base.errors import ExitCode, UsageProblem
from labs.cli import completing
from labs.cli.holding import exams
from labs.cli.matrix import print_findings, print_matrix
from labs.cli.output import emit, json_option, note, table, whoever_reads
from labs.library.catalogue import Entry, find
from labs.verify import Proof, Settings, kept, prove
from labs.verify.claims import idle, nearest, unmet
from labs.verify.findings import Finding
from labs.verify.matrix import Matrix
from labs.verify.rates import TOGETHER, rates, reliability
from labs.verify.results import Outcome

RUNTIMES = ("auto", "docker", "local", "box")


@click.command("verify")
@click.argument("scenario", shell_complete=completing.engagements)
@click.option("--seeds", type=click.IntRange(1), default=5, show_default=True, help="How many seeds each.")
@click.option("--first", type=click.IntRange(1), default=1, show_default=True, help="The first of the seeds.")
@click.option("--repeat", type=click.IntRange(1), default=1, show_default=True, help="How often each seed.")
@click.option("--busy", is_flag=True, help="Keep one core busy meanwhile; writes nothing.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Exams side by side.")
@click.option("--runtime", "runtimes", default="auto", show_default=True, metavar="NAME[,NAME]",
              help="Runtimes that exams are held on.")  # fmt: skip
@click.option("--only", multiple=True, metavar="USE[,USE]", shell_complete=completing.every_deployment,
              help="Examine these deployments only; writes nothing.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Skip what this very code has proven of this very scenario.")
@click.option("--results", type=click.Path(path_type=Path, dir_okay=False), help="File that results are added to.")
@click.option("--strict", is_flag=True, help="Exit with 1 also when the matrix finds something to repair.")
@json_option
def verify(
    scenario: str, seeds: int, first: int, repeat: int, busy: bool, jobs: int, runtimes: str, only: tuple[str, ...],
    resume: bool, results: Path | None, strict: bool, as_json: bool,
) -> None:  # fmt: skip
    """Prove that a scenario tells good deployments from bad ones, and write what a proven one ships with.

    Every deployment of the scenario is examined with every seed. The untouched one and the shortcuts must fail, the
    reference and the alternative must pass. calibration.json is written, which says whether it held, and the incident.
    How often a verdict was wrong is shown with the interval in which the true rate lies with 95 % confidence.

    Then each check is shown beside each deployment, those of `scenario extremes` included, with what is to be repaired:
    a check that nothing fails, a duty that one may leave undone. With --strict that counts as a broken claim. Exits
    with 1 when a claim is broken.
    """
    entry = find(scenario, proof=True)
    chosen = tuple(name.strip() for name in runtimes.split(","))
    if unknown := [name for name in chosen if name not in RUNTIMES]:
        raise UsageProblem(f"there is no runtime {unknown[0]!r}", f"there are: {', '.join(RUNTIMES)}")
    settings = Settings(
        seeds=tuple(range(first, first + seeds)),
        runtimes=chosen,
        jobs=jobs,
        repeat=repeat,
        busy=busy,
        only=tuple(use.strip() for uses in only for use in uses.split(",") if use.strip()),
        resume=resume,
        results=results,
    )
    proof = _prove(entry, settings)
    found, findings = _matrix(entry, proof, results)
    with whoever_reads():
        if as_json:
            emit(_data(proof) | {"matrix": found.to_json(), "findings": [one.to_json() for one in findings]})
        else:
            _print(proof)
            click.echo("")
            print_matrix(found)
            print_findings(findings)
    holds = proof.holds and not (strict and findings)
    raise click.exceptions.Exit(ExitCode.PASSED if holds else ExitCode.NOT_PASSED)


def _matrix(entry: Entry, proof: Proof, results: Path | None) -> tuple[Matrix, list[Finding]]:
    """Return the matrix with what was examined now, kept where the scenario was examined as a whole."""
    place = kept.file(entry, results)
    found = kept.of_proof(entry, proof.outcomes.values(), Matrix.read(place, entry.hash))
    if proof.complete:
        proof.written.append(found.save(place))
    return found, kept.findings(entry, found)


def _prove(entry: Entry, settings: Settings) -> Proof:
    with exams(entry) as (told, cancel):
        return prove(entry, settings, lambda trial, event: told(trial.slug, event), cancel)


def _data(proof: Proof) -> dict[str, Any]:
    return {
        "holds": proof.holds,
        "exams": [
            outcome.to_json() | {"broken": proof.broken.get(trial, [])} for trial, outcome in proof.outcomes.items()
        ],
        "rates": rates(proof.outcomes.values()).to_json(),
        f"pass^{TOGETHER}": reliability(proof.outcomes.values()),
        "calibration": proof.calibration,
        "idle": [*_never(idle, proof), *_never(unmet, proof)],
        "written": [str(path) for path in proof.written],
    }


def _print(proof: Proof) -> None:
    rows = []
    for use, runtime in dict.fromkeys((t.use, t.runtime) for t in proof.outcomes):
        outcomes = [o for t, o in proof.outcomes.items() if (t.use, t.runtime) == (use, runtime)]
        holds = not any(proof.broken.get(o.trial) for o in outcomes)
        mark = click.style("as claimed", fg="green") if holds else click.style("not as claimed", fg="red")
        rows.append((use, runtime, str(len(outcomes)), *_scores(outcomes), _verdicts(outcomes), _near(outcomes), mark))
    head = ("deployment", "runtime", "exams", "min", "mean", "max", "results", "nearest threshold", "")
    table(rows, head)
    found = rates(proof.outcomes.values())
    click.echo(f"\nfalse passes: {found.false_passes}\nfalse fails:  {found.false_fails}")
    if found.unjudged:
        click.echo(f"not judged:   {found.unjudged}")
    for use, share in reliability(proof.outcomes.values()).items():
        told = "needs more seeds" if share is None else f"{share:.0%}"
        click.echo(f"pass^{TOGETHER} of {use}: {told}")
    for trial, wrong in proof.broken.items():
        for sentence in wrong:
            click.echo(f"{click.style(trial.slug, fg='red')}: {sentence}")
    for name in _never(idle, proof):
        click.echo(f"{name}: no deployment broke it, so nothing shows that it is needed: raise it, or add a shortcut")
    for name in _never(unmet, proof):
        click.echo(f"{name}: no deployment came up against this limit: tighten it, leave it out, or add a shortcut")
    for path in proof.written:
        note(f"wrote {path}")


def _never(told: Callable[[Iterable[Outcome]], list[str]], proof: Proof) -> list[str]:
    """Limits that never bite; where not all deployments were examined, another one might have broken them."""
    return told(proof.outcomes.values()) if proof.calibration is not None and proof.complete else []


def _scores(outcomes: list[Outcome]) -> tuple[str, str, str]:
    scores = [outcome.score for outcome in outcomes if outcome.score is not None]
    if not scores:
        return "–", "–", "–"
    return f"{min(scores):.1f}", f"{sum(scores) / len(scores):.1f}", f"{max(scores):.1f}"


def _verdicts(outcomes: list[Outcome]) -> str:
    found = [outcome.result for outcome in outcomes]
    return ", ".join(f"{found.count(result)} {result}" for result in dict.fromkeys(found))


def _near(outcomes: list[Outcome]) -> str:
    found = nearest(outcomes)
    return f"{found[0]} by {found[1]:.0%}" if found else "–"
