"""Engagements of one's own that are still open: what the scenario says would give their answers away."""

from pathlib import Path

from grader.verdict import Result
from labs.base.errors import LabError
from labs.engagement.engagement import MARK
from labs.library.catalogue import Entry, find
from labs.progress.store import Store


def still_open(entry: Entry) -> Path | None:
    """Return the folder of an engagement with that scenario that is there and was not passed; None: there is none.

    Progress that cannot be read knows of none.
    """
    try:
        store = Store()
        begun = [one for one in store.engagements() if (one.folder / MARK).is_dir() and _same(one.scenario, entry)]
        if begun and not any(_passed(one.scenario, one.result, entry) for one in store.attempts()):
            return begun[0].folder
    except LabError:
        pass
    return None


def _passed(scenario: str, result: str, entry: Entry) -> bool:
    return scenario == entry.scenario.id and result == Result.PASSED


def _same(name: str, entry: Entry) -> bool:
    try:
        return find(name).folder == entry.folder
    except LabError:
        return False
