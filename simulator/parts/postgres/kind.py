"""PostgreSQL as the registry knows it; the driver is imported only when one is made."""

from simulator.parts.base import Access, Part, PartKind
from simulator.parts.postgres.params import PostgresParams
from simulator.parts.postgres.tables import TABLES


def _make(name: str, params: PostgresParams) -> Part:
    from simulator.parts.postgres.part import Postgres

    return Postgres(name, params)


def access(params: PostgresParams) -> Access:
    """The role's login, as a connection URI (libpq) has it."""
    return Access(params.role, params.password, f"/{params.database}")


POSTGRES = PartKind(
    name="postgres",
    params=PostgresParams,
    make=_make,
    protocol="tcp",
    tables=TABLES,
    alone=True,
    scheme="postgresql",
    access=access,
)
