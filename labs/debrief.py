"""The debrief: what had happened, and what others tried, for whoever has passed."""

from labs.catalogue import Entry
from labs.errors import UsageProblem
from labs.progress.store import Store


def debrief(entry: Entry, *, anyway: bool = False) -> str:
    """Its Markdown. Raises `UsageProblem` where there is none, or no exam was passed here yet, unless `anyway`."""
    if not entry.debrief.is_file():
        raise UsageProblem(f"{entry.scenario.id} has no debrief")
    if not (anyway or passed(entry)):
        raise UsageProblem(
            f"the debrief of {entry.scenario.id} gives the answer away, and no exam of it was passed here yet",
            "pass one: fdelab exam; or read it now: --anyway",
        )
    return entry.debrief.read_text("utf-8")


def passed(entry: Entry) -> bool:
    """Whether an exam of it was passed on this machine."""
    return any(one.scenario == entry.scenario.id and one.result == "passed" for one in Store().attempts())
