"""Parameters of PostgreSQL."""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.units import Wall
from scenarios.vocabulary import FIXED, Params, SiteFile
from simulator.parts.schedule import Scheduled

_NAME = r"[a-z_][a-z0-9_]{0,62}"
Name = Annotated[str, Field(pattern=rf"^{_NAME}$")]
TableName = Annotated[str, Field(pattern=rf"^({_NAME}\.)?{_NAME}$", examples=["orders", "erp.orders"])]
"""A table, in schema `public` if it names none."""

Right = Literal["select", "insert", "update", "delete", "truncate"]


class Job(Scheduled):
    """Something that the customer's own people or programs do to the database."""

    run: str = Field(min_length=1)
    """SQL, run by the owner; several statements are one transaction. `pg_sleep` counts wall time."""


class PostgresParams(Params):
    """Parameters of `postgres`.

    A phase may change `connections`, `statement_timeout`, `read_only`, `locked` and `settings`; the others are fixed
    from the start.
    """

    database: Name = Field(default="customer", json_schema_extra=FIXED)
    """Name of the database."""
    role: Name = Field(default="app", json_schema_extra=FIXED)
    """The role that the deployment logs in as; no superuser, and without access to other databases."""
    password: str = Field(default="app", min_length=1, json_schema_extra=FIXED)
    """The deployment's password."""
    access: Literal["read", "write", "create"] = Field(default="write", json_schema_extra=FIXED)
    """What the role may do in schema `public`: read, also change rows, or also create tables."""
    grants: dict[TableName, list[Right] | dict[Right, list[Name]]] | None = Field(default=None, json_schema_extra=FIXED)
    """The role's rights by table, or by column; `access` then gives no right to the other tables."""
    connections: int = Field(default=20, gt=0)
    """Most connections that the role may have open."""
    statement_timeout: Wall | None = Field(default=None, gt=0)
    """The longest time for a statement; a session can set another limit, as on any server."""
    read_only: bool = False
    """Nothing can be written."""
    locked: list[TableName] = Field(default=[])
    """Tables that somebody at the customer's keeps locked: others have to wait for them."""
    settings: dict[str, str] = Field(default={})
    """Server settings, as in postgresql.conf. Those that need a restart cannot change in a phase."""
    files: list[SiteFile] = Field(default=[], json_schema_extra=FIXED)
    """SQL files in the scenario's folder `site/`, run by the owner in a fresh database, in this order."""
    setup: list[str] = Field(default=[], json_schema_extra=FIXED)
    """SQL that runs after them."""
    data: dict[TableName, str] = Field(default={}, json_schema_extra={"names": "dataset", **FIXED})
    """Tables and the datasets that fill them when a lap begins; a table that does not exist is created."""
    jobs: dict[str, Job] = Field(default={}, json_schema_extra=FIXED)
    """What the customer does to the database without being asked."""
    probes: dict[str, str] = Field(default={}, json_schema_extra=FIXED)
    """Queries at the end of a lap, by name; each returns one number."""
    unchanged: dict[str, str] = Field(default={}, json_schema_extra=FIXED)
    """Queries that must return the same rows at the lap's end as in the beginning; a probe counts those that differ.
    Whatever the deployment does counts, even before the lap begins."""
    tells: dict[str, str] = Field(default={}, json_schema_extra=FIXED)
    """Queries whose rows workloads receive at the end of the lap."""
