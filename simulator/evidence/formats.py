"""Formats of evidence folders. Old ones are upgraded step by step, because evidence outlives the code that wrote it.

1: `files` has the size of each table, or is null.
2: `files` has size and digest of each table, of the brief and of the incident beside it.
3: what only the examiner knows lies in the folder `examiner`, and each column says whose it is.
"""

from collections.abc import Callable, Mapping
from typing import Any

FORMAT = 3
"""The format that this code writes."""

Data = dict[str, Any]


def upgraded(data: Data) -> Data:
    """Return the content of `run.json` in today's format.

    Raises `ValueError` for a format that this code does not know.
    """
    found = data.get("format", 1)
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= FORMAT:
        raise ValueError(f"format {found!r}; this version of fdelab reads formats 1 to {FORMAT}")
    for number in range(found, FORMAT):
        data = _STEPS[number](data) | {"format": number + 1}
    return data


def _from_1(data: Data) -> Data:
    sizes = data.get("files")
    if not isinstance(sizes, dict):
        return data
    # It listed tables alone, and did not note what they had in them.
    return data | {"files": {name: {"size": size, "sha256": None} for name, size in sizes.items()}}


def _from_2(data: Data) -> Data:
    tables = data.get("tables")
    try:
        told = [*map(_told, tables)] if isinstance(tables, list) else tables
    except (KeyError, TypeError):
        # It is broken, as whoever reads it will say.
        told = tables
    return data | {"tables": told, "split": False}


def _told(table: Data) -> Data:
    """Return a table whose columns say whose they are. Of an unknown table, nothing is the customer's."""
    hidden = _HIDDEN.get(table["name"])
    columns = [
        {"whose": "examiner" if hidden is None or not hidden or c["name"] in hidden else "customer"} | c
        for c in table["columns"]
    ]
    return table | {"columns": columns} | ({"mask": _MASK} if table["name"] == "requests" else {})


_MASK = {"column": "outcome", "value": "wrong", "instead": {"outcome": "ok", "detail": None}}
_NONE = frozenset({"(none)"})
_HIDDEN: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("requests", "calls", "attempts", "connections", "probes", "messages", "logs", "resources", "lookups", "cuts",
         "tests",
         "facts_events", "facts_event_reads", "facts_registry", "facts_aliases", "facts_jobs", "facts_api_pages",
         "facts_api_edits", "facts_api_logins", "facts_handovers", "facts_seats", "facts_deliveries", "facts_sessions",
         "facts_purchase_orders", "facts_dropbox", "facts_decisions"), _NONE),
    **dict.fromkeys(
        ("faults", "corruptions", "drifts", "facts_labels", "facts_llm_flaws", "facts_api_skipped", "facts_scans",
         "facts_cells"), frozenset()),
    "ledger": frozenset({"cause"}),
    "facts_llm_calls": frozenset({"rule", "flaws", "wrong"}),
    "facts_queue": frozenset({"kind"}),
    "facts_api_scans": frozenset({"skipped"}),
    "facts_api_writes": frozenset({"blind"}),
    "facts_arrivals": frozenset({"kind", "original", "misnamed", "cut", "rows", "repeated"}),
    "facts_reads": frozenset({"complete", "whole"}),
    "facts_applications": frozenset({"would_default"}),
    "facts_reasons": frozenset({"weighed", "true_reasons"}),
    "facts_alarms": frozenset({"days", "outcomes", "false_alarm"}),
    "facts_models": frozenset({"sound"}),
    "facts_lines": frozenset({"least", "most", "detail"}),
    "facts_intake": frozenset({"kind"}),
    "facts_quarantine": frozenset({"belongs"}),
    "facts_promises": frozenset({"truth", "verdict", "short", "detail"}),
    "facts_orders": frozenset({"short", "duplicates", "lost"}),
    "facts_totals": frozenset({"truth", "verdict", "detail"}),
    "facts_turns": frozenset({"verdict"}),
    "facts_chats": frozenset({"topic", "complex", "outcome", "why", "late", "complete", "first"}),
    "facts_reports": frozenset({"truth"}),
}  # fmt: skip
"""The columns of the tables of format 2 that are the examiner's; an empty set: all. It is history, and stays so."""

_STEPS: Mapping[int, Callable[[Data], Data]] = {1: _from_1, 2: _from_2}
"""For each old format, the function that turns it into the next one."""
