"""PostgreSQL as the registry knows it; the driver is imported only when one is made."""

from simulator.parts.base import Part
from simulator.parts.postgres.params import PostgresParams
from simulator.parts.postgres.reach import database_kind
from simulator.parts.postgres.tables import TABLES


def _make(name: str, params: PostgresParams) -> Part:
    from simulator.parts.postgres.part import Postgres

    return Postgres(name, params)


POSTGRES = database_kind("postgres", PostgresParams, _make, TABLES)
