"""PostgreSQL as the registry knows it; the driver is imported only when one is made."""

from simulator.parts.base import made_by
from simulator.parts.postgres.params import PostgresParams
from simulator.parts.postgres.reach import database_kind
from simulator.parts.postgres.tables import TABLES

POSTGRES = database_kind("postgres", PostgresParams, made_by("simulator.parts.postgres.part:Postgres"), TABLES)
