"""What a scenario may set on PostgreSQL."""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.units import Wall
from scenarios.vocabulary import FIXED, Params, SiteFile
from simulator.parts.schedule import Scheduled

_NAME = r"[a-z_][a-z0-9_]{0,62}"
Name = Annotated[str, Field(pattern=rf"^{_NAME}$")]
TableName = Annotated[str, Field(pattern=rf"^({_NAME}\.)?{_NAME}$", examples=["orders", "erp.orders"])]
"""A table, in schema `public` where it names none."""

Right = Literal["select", "insert", "update", "delete", "truncate"]


class Job(Scheduled):
    """Something that the customer's own people or programs do to the database."""

    run: str = Field(min_length=1)
    """SQL, run by the owner; several statements are one transaction. `pg_sleep` counts wall time."""


class PostgresParams(Params):
    """Parameters of `postgres`.

    A phase may change `connections`, `statement_timeout`, `read_only`, `locked` and `settings`; the rest holds from the
    start.
    """

    database: Name = Field(default="customer", json_schema_extra=FIXED)
    """Name of the database."""
    role: Name = Field(default="app", json_schema_extra=FIXED)
    """Who the deployment logs in as; no superuser, and no way to any other database."""
    password: str = Field(default="app", min_length=1, json_schema_extra=FIXED)
    """The deployment's password."""
    access: Literal["read", "write", "create"] = Field(default="write", json_schema_extra=FIXED)
    """What the role may do in schema `public`: read what is there, also change rows, also make tables of its own."""
    grants: dict[TableName, list[Right] | dict[Right, list[Name]]] | None = Field(default=None, json_schema_extra=FIXED)
    """What the role may do, table by table, or column by column; then `access` gives it no right to the others."""
    connections: int = Field(default=20, gt=0)
    """How many connections the role may have open."""
    statement_timeout: Wall | None = Field(default=None, gt=0)
    """How long a statement may take; a session can ask for another limit, as on any server."""
    read_only: bool = False
    """Nothing can be written."""
    locked: list[TableName] = Field(default=[])
    """Tables that somebody of the customer's keeps locked: whoever wants them waits."""
    settings: dict[str, str] = Field(default={})
    """Server settings, as in postgresql.conf. Those that need a restart cannot change in a phase."""
    files: list[SiteFile] = Field(default=[], json_schema_extra=FIXED)
    """SQL files in the scenario's folder `site/`, run by the owner in a fresh database, in this order."""
    setup: list[str] = Field(default=[], json_schema_extra=FIXED)
    """SQL that is run after them."""
    data: dict[TableName, str] = Field(default={}, json_schema_extra={"names": "dataset", **FIXED})
    """Tables and the datasets that fill them when a lap begins; one that is not there yet is made."""
    jobs: dict[str, Job] = Field(default={}, json_schema_extra=FIXED)
    """What the customer does to the database by itself."""
    probes: dict[str, str] = Field(default={}, json_schema_extra=FIXED)
    """Questions to the database when a lap is over, by name; each answers with one number."""
    unchanged: dict[str, str] = Field(default={}, json_schema_extra=FIXED)
    """Queries that must give the same rows at the lap's end as when all was made: a probe with the number that differ.

    Whatever the deployment does counts, also before the lap begins.
    """
    tells: dict[str, str] = Field(default={}, json_schema_extra=FIXED)
    """Queries whose rows workloads are handed when the lap is over."""
