"""What the SQL in a database's parameters names and does not have; nothing is asked of a database.

The author's own statements say what there is. Where one of them is not understood, nothing is said of the others.
"""

import time
from collections.abc import Iterable, Iterator

from scenarios.vocabulary import Around, Mismatch
from simulator.parts.postgres.naming import Namer, Unknown
from simulator.parts.postgres.params import PostgresParams
from simulator.parts.postgres.relations import Relations, parsed, split

_CPU_LIMIT_S = 1.0
"""CPU seconds for all of a database's SQL; each statement takes milliseconds."""

Loc = tuple[str | int, ...]


def mismatches(params: PostgresParams, around: Around, schema: Iterable[str] = ()) -> Iterator[Mismatch]:
    """Yield what the parameters name and is not there; `schema` is SQL that runs before the author's."""
    ends = time.process_time() + _CPU_LIMIT_S
    relations = Relations()
    for text in schema:
        relations.read(parsed(text))
    for loc, made in _making(params, around):
        yield from _asked(loc, made, relations, params, ends)
    for table, dataset in params.data.items():
        relations.add(table, around.columns(dataset))
    yield from _granted(params, relations)
    for index, table in enumerate(params.locked):
        yield from _there(("locked", index), table, relations)
    for job in params.jobs.values():
        relations.read(parsed(job.run) if time.process_time() < ends else None)
    for loc, text in _asking(params):
        yield from _asked(loc, text, relations.copy(), params, ends)


def _making(params: PostgresParams, around: Around) -> Iterator[tuple[Loc, str | None]]:
    """Yield the SQL that makes the database, in its order."""
    for index, file in enumerate(params.files):
        yield ("files", index), around.text(file)
    for index, text in enumerate(params.setup):
        yield ("setup", index), text


def _asking(params: PostgresParams) -> Iterator[tuple[Loc, str]]:
    for name, job in params.jobs.items():
        yield ("jobs", name, "run"), job.run
    for block in ("probes", "unchanged", "tells"):
        for name, text in getattr(params, block).items():
            yield (block, name), text


def _asked(loc: Loc, text: str | None, relations: Relations, params: PostgresParams, ends: float) -> Iterator[Mismatch]:
    """Yield what is unknown in a text, statement by statement, and add what they make."""
    statements = parsed(text) if text is not None and time.process_time() < ends else None
    namer = Namer(relations)
    for statement in statements or ():
        for found in namer.unknown(statement):
            if not _the_deployments(found, params):
                where = f"{params.files[int(loc[1])]}: " if loc[0] == "files" else ""
                yield Mismatch(loc, where + found.message, found.suggestion)
        relations.read([statement])
    if statements is None:
        relations.read(None)


def _the_deployments(found: Unknown, params: PostgresParams) -> bool:
    """Whether it may be a table that the deployment makes, and no misspelt one."""
    misspelt = (found.suggestion or "").startswith("did you mean")
    return params.access == "create" and found.is_table and not misspelt


def _granted(params: PostgresParams, relations: Relations) -> Iterator[Mismatch]:
    for table, rights in (params.grants or {}).items():
        yield from _there(("grants", table), table, relations, key=True)
        columns = relations.known.get(split(table))
        for right, named in rights.items() if isinstance(rights, dict) else ():
            for index, column in enumerate(named):
                for found in Namer(relations).column(table, columns, column) if relations.whole else ():
                    yield Mismatch(("grants", table, right, index), found.message, found.suggestion)


def _there(loc: Loc, table: str, relations: Relations, *, key: bool = False) -> Iterator[Mismatch]:
    if relations.whole and split(table) not in relations.known:
        found = Namer(relations).table(table)
        yield Mismatch(loc, found.message, found.suggestion, key)
