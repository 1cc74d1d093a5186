"""How every kind of part that is a PostgreSQL is reached (by a connection URI), and run (as a program of its own)."""

from collections.abc import Callable, Iterable
from importlib.resources import files
from typing import Any

from scenarios.vocabulary import Around, Mismatch
from simulator.evidence.tables import Table
from simulator.parts.base import Access, Day, Part, PartKind, Told
from simulator.parts.postgres.params import PostgresParams

CONNECTIONS = 128
"""Most connections of the deployment in total, including those that have not logged in."""

_TABLES = "select schemaname, relname, n_live_tup from pg_stat_user_tables"


def database_kind(
    name: str, params: type[PostgresParams], make: Callable[[str, Any], Part], tables: tuple[Table, ...],
    schema: Iterable[tuple[str, str]] = (),
) -> PartKind:  # fmt: skip
    """Return a kind of part whose URI has the role's login, in libpq's form.

    `schema` names files of ours, by package and name, whose SQL runs before the author's.
    """
    before = (("simulator.parts.postgres", "clock.sql"), *schema)
    return PartKind(
        name, params, make, "tcp", tables, alone=True, connections=CONNECTIONS, scheme="postgresql", access=_access,
        example=lambda _params: _TABLES, leaves=_leaves, settles=_settles,
        mismatches=lambda params, around: _mismatches(params, around, before),
    )  # fmt: skip


def _mismatches(params: PostgresParams, around: Around, before: Iterable[tuple[str, str]]) -> Iterable[Mismatch]:
    """Return the tables and columns that SQL in the parameters names and that are not there."""
    # Late, as the parser takes half a second to load and only lint needs it.
    from simulator.parts.postgres.lint import mismatches

    return mismatches(params, around, [files(package).joinpath(name).read_text("utf-8") for package, name in before])


def _settles(params: PostgresParams) -> dict[str, Told]:
    """Return what its queries `tells` answer, in columns that only the database knows."""
    return {name: Told(path=("tells", name)) for name in params.tells}


def _leaves(params: PostgresParams, day: Day) -> Iterable[tuple[str, bytes]]:
    """Return what the role may read of the customer's data, table by table, as it was backed up the night before.

    Other tables are not the engineer's to see: views over them may show a part, or only what has come to pass.
    """
    from simulator.dirt.render import Csv, render
    from simulator.parts.postgres.delivered import delivered

    for table, dataset in params.data.items():
        if params.grants is not None and "select" not in _on_all_columns(params.grants.get(table)):
            continue
        columns = delivered(day.data[dataset])
        rows = range(max(map(len, columns.values()), default=0))
        yield f"backup/{table}.csv", render(columns, rows, Csv())


def _on_all_columns(rights: Any) -> Iterable[str]:
    return rights if isinstance(rights, list) else ()


def _access(params: PostgresParams) -> Access:
    return Access(params.role, params.password, f"/{params.database}")
