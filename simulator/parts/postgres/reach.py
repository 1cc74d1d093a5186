"""How every kind of part that is a PostgreSQL is reached (by a connection URI), and run (as a program of its own)."""

from collections.abc import Callable
from typing import Any

from simulator.evidence.tables import Table
from simulator.parts.base import Access, Part, PartKind
from simulator.parts.postgres.params import PostgresParams

CONNECTIONS = 128
"""Most connections of the deployment in total, including those that have not logged in."""

_TABLES = "select schemaname, relname, n_live_tup from pg_stat_user_tables"


def database_kind(
    name: str, params: type[PostgresParams], make: Callable[[str, Any], Part], tables: tuple[Table, ...]
) -> PartKind:
    """Return a kind of part whose URI has the role's login, in libpq's form."""
    return PartKind(
        name, params, make, "tcp", tables, alone=True, connections=CONNECTIONS, scheme="postgresql", access=_access,
        example=lambda _params: _TABLES,
    )  # fmt: skip


def _access(params: PostgresParams) -> Access:
    return Access(params.role, params.password, f"/{params.database}")
