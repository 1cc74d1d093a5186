"""How one lap went: phases, what was changed on the customer's side, strikes, traffic and money over one time axis."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labs.base.errors import CouldNotJudge
from scenarios.model import Phase
from simulator.clock import Span
from simulator.evidence.reader import Evidence, open_evidence
from simulator.evidence.run import EvidenceError, Run
from simulator.evidence.tables import CUSTOMER, EXAMINER

FINEST, MOST = 0.1, 600
"""Shortest stretch in wall seconds, and how many stretches there are at most."""


@dataclass(frozen=True)
class Held:
    """Something that made the customer's side harder: a fault on a link, or a part's setting."""

    name: str
    """`erp latency`, `erp locked`."""
    says: str
    """What it is set to, or what the fault does."""
    during: tuple[tuple[float, float], ...]
    """Wall seconds in which it was on."""
    strikes: tuple[int, ...] | None
    """In each stretch; None: it strikes nothing by itself, such as a setting."""


@dataclass(frozen=True)
class Note:
    """Something that happened at one moment."""

    at: float
    """Wall second."""
    glyph: str
    says: str


@dataclass(frozen=True)
class LapTimeline:
    """One lap in equal stretches. A request and a loss belong to the moment at which the request was due."""

    currency: str
    spans: tuple[Span, ...]
    width: float
    """Wall seconds of a stretch."""
    due: tuple[int, ...]
    wrong: tuple[int, ...]
    """Answered, and not true."""
    failed: tuple[int, ...]
    """Answered with an error, not in time, or not at all."""
    slowest: tuple[float | None, ...]
    """Wall seconds to the slowest answer; None: nothing was answered."""
    lost: tuple[float, ...]
    """Booked; losses negative."""
    held: tuple[Held, ...]
    notes: tuple[Note, ...]

    @property
    def ends(self) -> float:
        """Wall second at which the lap ended, drain included."""
        return self.spans[-1].ends


def course(folder: Path, *, truth: bool = True) -> LapTimeline | None:
    """Return the course of the lap in an evidence folder; None where no phase took place.

    Without `truth`, it is what the customer could know of it: neither what was untrue nor what made it hard. Raises
    `CouldNotJudge`.
    """
    try:
        run = Run.read(folder)
        with open_evidence(folder, audience=EXAMINER if truth else CUSTOMER) as evidence:
            return _course(run, evidence, truth=truth) if run.spans else None
    except EvidenceError as error:
        raise CouldNotJudge(f"the evidence is broken: {error}", "run the exam again") from None


def _course(run: Run, evidence: Evidence, *, truth: bool) -> LapTimeline:
    ends = run.spans[-1].ends
    width = max(FINEST, ends / MOST)
    count = int(ends / width) + 1
    traffic = {int(row[0]): row[1:] for row in evidence.ask(_binned(_TRAFFIC, width, count))}
    lost = {int(row[0]): float(row[1] or 0.0) for row in evidence.ask(_binned(_LOST, width, count))}
    rows = [traffic.get(n, (0, 0, 0, None)) for n in range(count)]
    return LapTimeline(
        currency=run.scenario.customer.currency,
        spans=run.spans,
        width=width,
        due=tuple(row[0] for row in rows),
        wrong=tuple(row[1] for row in rows),
        failed=tuple(row[2] for row in rows),
        slowest=tuple(row[3] for row in rows),
        lost=tuple(lost.get(n, 0.0) for n in range(count)),
        held=(*_faults(run, evidence, width, count), *_settings(run)) if truth else (),
        notes=tuple(sorted(_notes(run, evidence), key=lambda note: note.at)),
    )


def _binned(sql: str, width: float, count: int) -> str:
    """Return `sql` with `$bin(x)` as the number of the stretch of wall second x; what comes later is in the last."""
    head, _, rest = sql.partition("$bin(")
    clock, _, tail = rest.partition(")")
    return f"{head}least(greatest(floor({clock} / {width!r}), 0), {count - 1}){tail}"


_TRAFFIC = """
    select $bin(intended_at), count(*), count(*) filter (where outcome = 'wrong'),
        count(*) filter (where outcome not in ('ok', 'wrong')),
        max(done_at - intended_at) filter (where outcome in ('ok', 'wrong'))
    from requests group by 1
"""
_LOST = 'select $bin("at"), sum(amount) from ledger group by 1'
_STRIKES = 'select $bin("at"), link, kind, count(*) from faults group by all'


def _faults(run: Run, evidence: Evidence, width: float, count: int) -> Iterator[Held]:
    """Those that the phases declare, in their order, then what else struck."""
    struck: dict[tuple[str, str], list[int]] = {}
    for number, link, kind, times in evidence.ask(_binned(_STRIKES, width, count)):
        struck.setdefault((link, kind), [0] * count)[int(number)] += times
    during: dict[tuple[str, str], list[tuple[float, float]]] = {}
    says: dict[tuple[str, str], str] = {}
    for phase, span, until in _phases(run):
        for use in phase.faults:
            for kind, given in use.kinds.items():
                stretch = (span.begins + use.from_ / span.rate, until)
                if use.until is not None:
                    stretch = (stretch[0], min(until, span.begins + use.until / span.rate))
                during.setdefault((use.link, kind), []).append(stretch)
                share = f" on {100 * use.share:.3g} %" if use.share < 1 else ""
                says[use.link, kind] = _words(given) + share
    for key in dict.fromkeys((*during, *struck)):
        strikes = tuple(struck.get(key, [0] * count))
        yield Held(" ".join(key), says.get(key, "").strip(), tuple(during.get(key, ())), strikes)


def _settings(run: Run) -> Iterator[Held]:
    during: dict[tuple[str, str], list[tuple[float, float]]] = {}
    says: dict[tuple[str, str], str] = {}
    for phase, span, until in _phases(run):
        for part, changes in phase.set.items():
            for name, value in changes.items():
                during.setdefault((part, name), []).append((span.begins, until))
                says[part, name] = _words(value)
    for key, stretches in during.items():
        yield Held(" ".join(key), says[key], tuple(stretches), None)


def _phases(run: Run) -> Iterator[tuple[Phase, Span, float]]:
    """Each phase that took place, and until when what it changes holds: a shift's, until the lap ends."""
    spans = {span.name: span for span in run.spans}
    for phase in run.scenario.phases:
        if phase.name in spans:
            span = spans[phase.name]
            yield phase, span, run.spans[-1].ends if phase.shift else span.ends


def _words(given: object) -> str:
    """Parameters as an author wrote them, in a few words."""
    if isinstance(given, dict):
        return ", ".join(f"{name} {_words(value)}" for name, value in given.items())
    if given is None or isinstance(given, bool):
        return "" if given is None else "yes" if given else "no"
    return str(given)


def _notes(run: Run, evidence: Evidence) -> Iterator[Note]:
    for at, sender, text in evidence.ask('select "at", sender, text from messages where "at" is not null'):
        person = run.scenario.people.get(sender)
        yield Note(at, "✉", f"{person.name if person else sender}: {text}")
    for restart in run.restarts:
        if isinstance(restart.get("at"), int | float):
            why = " out of memory" if restart.get("out_of_memory") else ""
            yield Note(float(restart["at"]), "↻", f"{restart.get('service')} ended by itself{why}")
