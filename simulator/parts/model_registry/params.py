"""Parameters of the model registry."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from scenarios.units import Simulated, Size, Wall
from scenarios.vocabulary import FIXED, Params, SiteFile
from simulator.parts.latency import Latency

NAME = r"^[A-Za-z][\w.-]{0,59}$"
PATH = r"^[\w-][\w.-]*(/[\w-][\w.-]*){0,5}$"

ModelName = Annotated[str, Field(pattern=NAME, examples=["eta"])]
Alias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,29}$", examples=["champion"])]
ArtefactPath = Annotated[str, Field(pattern=PATH, max_length=120, examples=["model.json"])]
Plain = str | int | float | bool


class CallLatency(Latency):
    """How long every call takes."""

    median: Wall = Field(default=0.010, gt=0)
    """Half of the calls take no longer."""
    p99: Wall = Field(default=0.050, gt=0)
    """99 of 100 calls take no longer."""


class Version(Params):
    """A version of a model that the customer's own people registered."""

    description: str = ""
    metrics: dict[str, float] = Field(default={})
    tags: dict[str, str] = Field(default={})
    params: dict[str, Plain] = Field(default={})
    """What it was trained with."""
    artefacts: dict[ArtefactPath, SiteFile] = Field(default={})
    """Files in the scenario's folder `site/`, by their path in the version."""
    after: Simulated = Field(default=0.0, ge=0)
    """How long after the lap's start it is registered; until then its number is reserved."""


class Model(Params):
    """One model and the customer's versions of it, numbered from 1."""

    versions: tuple[Version, ...] = ()


class Bound(Params):
    """What a metric has to be."""

    least: float | None = None
    most: float | None = None


class Gate(Params):
    """What a version needs before it may get an alias. One that had it before may have it again."""

    metrics: dict[str, Bound] = Field(default={})
    """Required metrics, within bounds or with any value: `{auc: {least: 0.7}, brier: {}}`."""
    tags: tuple[str, ...] = ()
    """Required tags."""
    artefacts: tuple[str, ...] = ()
    """Required artefacts."""
    approvals: int = Field(default=0, ge=0)
    """How many reviewers must have approved it."""
    served: dict[Alias, Simulated] = Field(default={})
    """Aliases that it must have had before, and for how long in total: `{shadow: 2h sim}`."""


class Reviewer(Params):
    """A person at the customer who looks at a version when asked, and approves it or says why not."""

    takes: Simulated = Field(default=1800.0, ge=0)
    metrics: dict[str, Bound] = Field(default={})
    tags: tuple[str, ...] = ()
    artefacts: tuple[str, ...] = ()
    """What this person wants to see, as in a gate."""


class ModelRegistryParams(Params):
    """Parameters of `model-registry`. A phase may change all but `models`, which exist from the beginning."""

    models: dict[ModelName, Model] = Field(default={}, json_schema_extra=FIXED)
    """Models by name; callers may create others."""
    names: tuple[Alias, ...] = Field(default=("champion", "challenger", "shadow"), min_length=1)
    """The aliases that exist."""
    aliases: dict[ModelName, dict[Alias, int | None]] = Field(default={})
    """Versions that the customer's own people give an alias, whatever the gates say; null takes it away. A phase
    that says so does it when it begins."""
    gates: dict[Alias, Gate] = Field(default={})
    """What aliases require of a version."""
    reviewers: dict[str, Reviewer] = Field(default={})
    """People by name who can be asked for a review."""
    token: str | None = Field(default=None, min_length=1)
    """A bearer token that callers must send; left out: none is needed."""
    largest: Size = Field(default=8 * 2**20, gt=0, le=64 * 2**20, json_schema_extra=FIXED)
    """Most bytes of one artefact; fixed for the lap."""
    room: Size = Field(default=64 * 2**20, gt=0, le=512 * 2**20)
    """Most bytes of all artefacts of callers."""
    latency: CallLatency = CallLatency()

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        gated = [(f"gates.{name}", alias) for name, gate in self.gates.items() for alias in (name, *gate.served)]
        given = [(f"aliases.{model}", alias) for model, aliases in self.aliases.items() for alias in aliases]
        for where, alias in (*gated, *given):
            if alias not in self.names:
                raise ValueError(f"{where}: there is no alias {alias!r}; `names` has {', '.join(self.names)}")
        for name, gate in self.gates.items():
            if gate.approvals > len(self.reviewers):
                raise ValueError(f"gates.{name}: {gate.approvals} approvals, and {len(self.reviewers)} reviewers")
        for name, aliases in self.aliases.items():
            there = len(self.models[name].versions) if name in self.models else 0
            for alias, version in aliases.items():
                if version is not None and not 0 < version <= there:
                    raise ValueError(f"aliases.{name}.{alias}: there is no version {version} of {name!r} in `models`")
        return self
