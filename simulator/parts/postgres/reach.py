"""How every kind of part that is a PostgreSQL is reached (by a connection URI), and run (as a program of its own)."""

from collections.abc import Callable
from typing import Any

from simulator.evidence.tables import Table
from simulator.parts.base import Access, Part, PartKind, Told
from simulator.parts.postgres.params import PostgresParams

CONNECTIONS = 128
"""Most connections of the deployment in total, including those that have not logged in."""


def database_kind(
    name: str, params: type[PostgresParams], make: Callable[[str, Any], Part], tables: tuple[Table, ...]
) -> PartKind:
    """Return a kind of part whose URI has the role's login, in libpq's form."""
    return PartKind(
        name, params, make, "tcp", tables, alone=True, connections=CONNECTIONS, scheme="postgresql", access=_access,
        settles=_settles,
    )  # fmt: skip


def _settles(params: PostgresParams) -> dict[str, Told]:
    """Return what its queries `tells` answer, in columns that only the database knows."""
    return {name: Told(path=("tells", name)) for name in params.tells}


def _access(params: PostgresParams) -> Access:
    return Access(params.role, params.password, f"/{params.database}")
