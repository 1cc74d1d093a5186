"""`fdelab scenario mutate`."""

from pathlib import Path
from typing import Any

import click

from labs.base.errors import ExitCode
from labs.cli import completing
from labs.cli.holding import exams
from labs.cli.output import emit, json_option, note, table, whoever_reads
from labs.library.catalogue import Entry, find
from labs.verify import kept
from labs.verify.matrix import Matrix
from labs.verify.mutants.results import TARGET, Examined
from labs.verify.mutants.survey import Settings, Survey, survey

RUNTIMES = ("local", "auto", "docker", "box")


@click.command("mutate")
@click.argument("scenario", shell_complete=completing.engagements)
@click.option("--sample", type=click.IntRange(1), metavar="N",
              help="How many mutants; left out: 20, 40, 60, until the target is out of reach.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the sample and of its exams.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Exams side by side; left out: by the cores here.")
@click.option("--runtime", type=click.Choice(RUNTIMES), default="local", show_default=True, help="To examine them on.")
@click.option("--fresh", is_flag=True, help="Examine anew what is known already.")
@click.option("--results", type=click.Path(path_type=Path, dir_okay=False), help="File that results are added to.")
@json_option
def mutate(
    scenario: str, sample: int | None, seed: int, jobs: int | None, runtime: str, fresh: bool, results: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Measure a scenario's grade: how many small changes to its solutions it notices.

    Mutants of the reference and of the alternative are examined, one change each, on the files that a learner may
    edit. Nearly all should not pass. One that does is either equivalent, which the author writes into equivalent.yaml
    with the reason, or a hole in the grade. What was examined is kept, in the matrix of checks and deployments as well:
    the same command goes on where it ended.
    Exits with 0 where at least 90 % do not pass.
    """
    entry = find(scenario, proof=True)
    found = _survey(entry, Settings(sample, seed, runtime, jobs, fresh, results))
    place = kept.file(entry, results)
    kept.with_mutants(entry, Matrix.read(place, entry.hash), found.examined).save(place)
    with whoever_reads():
        emit(data(found)) if as_json else _print(found)
    raise click.exceptions.Exit(ExitCode.PASSED if found.holds else ExitCode.NOT_PASSED)


def _survey(entry: Entry, settings: Settings) -> Survey:
    def grown(found: Survey) -> None:
        note(f"{len(found.examined) + len(found.equivalents)} mutants: {found.score}")

    with exams(entry) as (told, cancel):
        return survey(entry, settings, told, grown, cancel)


def data(found: Survey) -> dict[str, Any]:
    """Return a survey as plain data."""
    return {
        "holds": found.holds,
        "mutants": found.mutants,
        "seed": found.seed,
        **found.score.to_json(),
        "examined": [one.to_json() for one in found.examined],
        "equivalents": [{"mutant": mutant.use, **mark.model_dump()} for mutant, mark in found.equivalents],
        "unmatched": [mark.model_dump() for mark in found.unmatched],
    }


def _print(found: Survey) -> None:
    for one in found.survivors:
        _survivor(one)
    score = found.score
    rows = [
        (use, str(sum(one.mutant.of == use for one in found.examined)),
         str(sum(one.mutant.of == use and one.outcome.result == "failed" for one in found.examined)))
        for use in dict.fromkeys(one.mutant.of for one in found.examined)
    ]  # fmt: skip
    table(rows, ("solution", "examined", "did not pass"))
    click.echo(f"\n{score}; {score.unstarted} of them did not start")
    click.echo(f"of {found.mutants} mutants; {score.equivalent} more of the sample are equivalent, as the author says")
    if score.unjudged:
        click.echo(f"not judged: {score.unjudged}; run it again on a machine that does less")
    for mark in found.unmatched:
        click.echo(f"equivalent.yaml: no mutant of {mark.of} is what it says of line {mark.line} of {mark.file}")
    if not found.holds and score.share is not None and score.share < TARGET:
        click.echo("A survivor that makes no difference belongs into equivalent.yaml; any other one is a hole.")


def _survivor(one: Examined) -> None:
    mutant, outcome = one.mutant, one.outcome
    lost = [name for name, check in outcome.checks.items() if check["verdict"] != "pass"]
    told = f"lived with {outcome.score:g}" + (f", lost at {', '.join(lost)}" if lost else "")
    place = f"{mutant.file}:{mutant.line}" + (f" in {mutant.duty}" if mutant.duty else "")
    click.echo(f"{click.style(mutant.use, fg='red')} {mutant.operator} {told}\n{place}\n{mutant.diff}\n")
