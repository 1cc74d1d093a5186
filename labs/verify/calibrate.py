"""What a proof measures for later judgements: the two ends of the money scale."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from statistics import mean
from typing import Any

from labs.library.catalogue import CALIBRATION, REFERENCE, UNTOUCHED, Entry
from labs.verify.results import Outcome
from scenarios.phases import DRAIN
from simulator.evidence.reader import Evidence
from simulator.evidence.run import RUN, examiners
from simulator.files import write_json

UNKNOWN = "unknown"
"""Code of exams that were held before it was noted."""


def calibration(entry: Entry, outcomes: Iterable[Outcome]) -> dict[str, Any] | None:
    """Mean ledger by account of each end; None when one of them was not examined."""
    known = [outcome for outcome in outcomes if outcome.ledger is not None]
    ends = {use: [o for o in known if o.trial.use == use] for use in (UNTOUCHED, REFERENCE)}
    if not all(ends.values()):
        return None
    return {
        "scenario_hash": entry.hash,
        "watched": True,
        "seeds": sorted({o.trial.seed for one in ends.values() for o in one}),
        **{use: _end(one) for use, one in ends.items()},
    }


def _end(outcomes: list[Outcome]) -> dict[str, Any]:
    """Return what one end costs on average, and by phase where laps are not all alike."""
    found: dict[str, Any] = {"ledger": _mean([o.ledger for o in outcomes if o.ledger is not None])}
    phases = [outcome.phases for outcome in outcomes if outcome.phases is not None]
    if phases:
        names = dict.fromkeys(name for one in phases for name in one)
        found["phases"] = {name: _phase([one[name] for one in phases if name in one], len(phases)) for name in names}
    return found


def _phase(found: list[Mapping[str, Any]], laps: int) -> dict[str, Any]:
    ledgers = [one["ledger"] for one in found] + [{}] * (laps - len(found))
    return {"requests": round(sum(one["requests"] for one in found) / laps, 2), "ledger": _mean(ledgers)}


def by_phase(evidence: Path) -> dict[str, dict[str, Any]]:
    """Return what was asked in each phase of a lap, and what was booked: a phase that is drawn longer costs more.

    Raises `EvidenceError` where it cannot be read.
    """
    with Evidence(evidence) as read:
        names = [span.name for span in read.runs[0].spans]
        requests = dict(read.ask("select phase, count(*) from requests group by phase"))
        booked = read.ask(
            f"select coalesce(phase, '{DRAIN}'), account, sum(amount::decimal(38, 6)) from ledger group by all"
        )
    found = {name: {"requests": requests.get(name, 0), "ledger": {}} for name in names}
    for phase, account, amount in booked:
        found[phase]["ledger"][account] = float(amount)
    return found


def _mean(ledgers: list[Mapping[str, float]]) -> dict[str, float]:
    accounts = sorted({account for ledger in ledgers for account in ledger})
    return {account: round(mean(ledger.get(account, 0.0) for ledger in ledgers), 2) for account in accounts}


def apply(evidence: Path, found: Mapping[str, Any]) -> None:
    """Make a run's evidence carry this calibration, so that it can be judged by it."""
    file = examiners(evidence) / RUN
    run: dict[str, Any] = json.loads(file.read_bytes())
    write_json(file, run | {"calibration": found})


def measured(outcomes: Iterable[Outcome]) -> dict[str, dict[str, Any]]:
    """Return what each deployment scored, how many cores it kept busy, and what each check saw, over all exams.

    For the documentation, for authors, and for tests that examine it beside others.
    """
    by_use: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_use.setdefault(outcome.trial.use, []).append(outcome)
    return {
        use: {
            "scores": [o.score for o in one],
            "cores": max((o.cores for o in one if o.cores is not None), default=None),
            "checks": _checks(one),
        }
        for use, one in sorted(by_use.items())
    }


def _checks(outcomes: list[Outcome]) -> dict[str, dict[str, Any]]:
    names = dict.fromkeys(name for outcome in outcomes for name in outcome.checks)
    table = {}
    for name in names:
        seen = [outcome.checks[name] for outcome in outcomes if name in outcome.checks]
        values = [check["value"] for check in seen if check["value"] is not None]
        table[name] = {
            "verdicts": Counter(check["verdict"] for check in seen),
            "min": min(values, default=None),
            "max": max(values, default=None),
        }
    return table


def save(entry: Entry, found: Mapping[str, Any], outcomes: Iterable[Outcome], *, proven: bool) -> Path:
    """Write `calibration.json` beside the scenario; `proven` says whether all claims hold of all deployments."""
    file, outcomes = entry.folder / CALIBRATION, list(outcomes)
    said = {"bears": _vouched(file), "proven": proven, "proof": _proof(outcomes), "measured": measured(outcomes)}
    write_json(file, {**found, **said})
    return file


def _vouched(file: Path) -> float | None:
    """Return what the author wrote into the file that is to be replaced."""
    with suppress(OSError, ValueError):
        known = json.loads(file.read_bytes()).get("bears")
        return float(known) if known is not None else None
    return None


def _proof(outcomes: list[Outcome]) -> dict[str, Any]:
    """How far it went, and by which code."""
    return {
        "seeds": extent((one.trial.runtime, one.trial.seed, one.trial.use) for one in outcomes),
        "exams": len(outcomes),
        "code": sorted({one.code or UNKNOWN for one in outcomes}),
    }


def extent(exams: Iterable[tuple[str, int, str]]) -> dict[str, list[int]]:
    """By runtime, the seeds with which every deployment was examined; an exam is runtime, seed and deployment."""
    seen: dict[tuple[str, int], set[str]] = {}
    for runtime, seed, use in exams:
        seen.setdefault((runtime, seed), set()).add(use)
    every: set[str] = set().union(*seen.values())
    whole: dict[str, list[int]] = {}
    for (runtime, seed), uses in sorted(seen.items()):
        if uses == every:
            whole.setdefault(runtime, []).append(seed)
    return whole
