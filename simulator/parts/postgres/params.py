"""What a scenario may set on PostgreSQL."""

from typing import Literal

from pydantic import Field

from scenarios.vocabulary import Params

_NAME = r"^[a-z_][a-z0-9_]{0,62}$"


class PostgresParams(Params):
    """Parameters of `postgres`. A phase may change `connections` and `settings`; the rest holds from the start."""

    database: str = Field(default="customer", pattern=_NAME)
    role: str = Field(default="app", pattern=_NAME)
    """Who the deployment logs in as; no superuser, and no way to any other database."""
    password: str = Field(default="app", min_length=1)
    access: Literal["read", "write", "create"] = "write"
    """What the role may do in schema `public`: read what `setup` made, also change rows, also make tables."""
    connections: int = Field(default=20, gt=0)
    """How many connections the role may have open."""
    settings: dict[str, str] = Field(default={})
    """Server settings, as in postgresql.conf. Those that need a restart cannot change in a phase."""
    setup: list[str] = Field(default=[])
    """SQL that fills a fresh database, run by its owner."""
    probes: dict[str, str] = Field(default={})
    """Questions to the database when a lap is over, by name; each answers with one number."""
