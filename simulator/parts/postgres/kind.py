"""PostgreSQL as the registry knows it; the driver is imported only when one is made."""

from simulator.parts.base import Part, PartKind
from simulator.parts.postgres.params import PostgresParams


def _make(name: str, params: PostgresParams) -> Part:
    from simulator.parts.postgres.part import Postgres

    return Postgres(name, params)


POSTGRES = PartKind(name="postgres", params=PostgresParams, make=_make, protocol="tcp", alone=True, scheme="postgresql")
