"""How every kind of part that is a PostgreSQL is reached, and run: as a program of its own, by a connection URI."""

from collections.abc import Callable
from typing import Any

from simulator.evidence.tables import Table
from simulator.parts.base import Access, Part, PartKind
from simulator.parts.postgres.params import PostgresParams

CONNECTIONS = 128
"""Connections that the deployment may hold in all, whether it has logged in by them or not."""


def database_kind(
    name: str, params: type[PostgresParams], make: Callable[[str, Any], Part], tables: tuple[Table, ...]
) -> PartKind:
    """A kind of part whose URI has the role's login, as libpq takes it."""
    return PartKind(
        name, params, make, "tcp", tables, alone=True, connections=CONNECTIONS, scheme="postgresql", access=_access
    )


def _access(params: PostgresParams) -> Access:
    return Access(params.role, params.password, f"/{params.database}")
