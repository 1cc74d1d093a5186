"""What a scenario file may contain. Each block has a model; the docstring under a field is its help in editors.

The models know only the shape. What depends on the installed parts, workloads, faults and measures (their parameters,
their tables) is checked by `scenarios.lint` against a vocabulary.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

from scenarios.block import Block
from scenarios.business import Business
from scenarios.claims import BriefSpec
from scenarios.texts import Glob, Line, Moment, Slug, Sql, Text
from scenarios.units import AUTHORED, Rate, Share, Simulated, Simulates, Size, Wall

Family = Literal["reliability", "data", "model", "business", "communication", "operations"]


class Customer(Block):
    """The company that the learner works for."""

    name: Line
    trade: Line
    """What they do, in a few words."""
    currency: str = Field(pattern="^[A-Z]{3}$")
    """ISO 4217 code of all money in this scenario."""


class Person(Block):
    """Somebody at the customer, who writes and reads. What they know when asked is in `people.yaml`."""

    name: Line
    role: Line
    cares: Text | None = None
    """What this person wants to hear about."""
    jargon: Literal["low", "some", "high"] = "some"
    """How much of an engineer's language this person understands."""
    knows: list[Line] = Field(default=[], max_length=200)
    """Words of that language that this person knows all the same."""


class SimulatedClock(Block):
    """Simulated time of the customer."""

    starts: Moment = datetime(2026, 3, 2, 8, 0)
    """Simulated local time when the first phase begins."""


class SitePart(Block):
    """One component of the customer's site, which the learner may not change."""

    part: Slug
    """Kind of component: `fdelab scenario words` lists them."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """The part's own parameters."""
    alone: bool | None = None
    """Whether it runs in a process of its own; left out: as this kind of part needs."""


class ColumnUse(BaseModel):
    """How one column is generated: one key names the kind, and its value has the kind's parameters."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    @property
    def kinds(self) -> dict[str, Any]:
        """Return the kind's name and parameters; one when valid."""
        return dict(self.__pydantic_extra__ or {})


class DirtUse(BaseModel):
    """What is wrong with some rows: one key names the kind, and its value has the kind's parameters."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    share: Share = 1.0
    """Share of the cells (or rows) to corrupt, out of those that can be; the number is exact."""
    where: Line | None = None
    """Only rows whose clean data meets this condition: `site == "B" and quantity > 10`."""
    per: Slug | None = None
    """A column: the share applies to its values, and all rows with a chosen value are corrupted."""
    by: Slug | None = None
    """A column: the larger its value, the likelier a row is corrupted. The corrupted column itself: missing not at
    random."""
    towards: Literal["high", "low"] = "high"
    """`low`: the smaller the value of `by`, the likelier."""

    @model_validator(mode="after")
    def _one_way_to_deal(self) -> Self:
        if self.per is not None and self.by is not None:
            raise ValueError("`per` and `by` are two ways to deal; use one")
        return self

    @property
    def kinds(self) -> dict[str, Any]:
        """Return the keys that are not fields of this block: the kind's name and parameters; one when valid."""
        return dict(self.__pydantic_extra__ or {})


class Drift(Block):
    """A column that is generated differently from some simulated time on."""

    column: Slug
    to: Any
    """The complete new parameters of the column's kind."""
    by: Slug
    """The column of times that decides which rows drift."""
    is_: Literal["covariate", "concept", "label"] = Field(default="covariate", alias="is")
    """What changes: a feature, how the outcome depends on features, or how common a class is."""
    at: Moment | None = None
    """Simulated time at which it begins…"""
    after: Simulated | None = None
    """…or how long after the first row's."""
    within: Simulated = Field(default=0.0, ge=0)
    """…and up to this much later, chosen by the lap's seed: drifts of a dataset with the same begin stay together."""
    shape: Literal["sudden", "gradual", "ramp"] = "sudden"
    """`gradual`: more and more rows are of the new kind; `ramp`: values move from the old kind to the new."""
    over: Simulated = Field(default=0.0, ge=0)
    """How long a gradual drift or a ramp takes."""
    lasts: Simulated | None = Field(default=None, gt=0)
    """After this long the old kind returns; left out: never."""
    every: Simulated | None = Field(default=None, gt=0)
    """And after this long the new kind starts again, repeatedly."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.at is None) == (self.after is None):
            raise ValueError("a drift begins by one of: at · after")
        if (self.shape == "sudden") == bool(self.over):
            raise ValueError("`over` belongs to a gradual drift or a ramp, and they need it")
        if self.lasts is not None and self.lasts < self.over:
            raise ValueError("`lasts` is shorter than `over`")
        if self.every is not None and (self.lasts is None or self.every < self.lasts + self.over):
            raise ValueError("`every` needs `lasts`, and is at least as long as it with `over`")
        return self


class DatasetSpec(Block):
    """A table of the customer's, generated from the lap's seed, and what is wrong with it."""

    rows: int = Field(gt=0, le=5_000_000)
    columns: dict[Slug, ColumnUse] = Field(min_length=1, max_length=100)
    key: Slug | None = None
    """The column that the business identifies a row by; left out: the first one."""
    drift: list[Drift] = Field(default=[], max_length=50)
    dirt: list[DirtUse] = Field(default=[], max_length=50)
    """What corrupts it, in this order; no cell is corrupted twice."""


class Limits(Block):
    """Bounds on one service of the deployment."""

    cpus: float = Field(default=1.0, gt=0, le=64)
    memory: Size = 256 * 2**20
    pids: int = Field(default=128, gt=0, le=4096)


class Service(Block):
    """One process of the deployment."""

    command: list[Text] = Field(min_length=1, max_length=100)
    """Program and arguments; `$HOST` and `$PORT` are filled in."""
    ready: str = Field(max_length=200, default="GET /health", pattern=r"^GET /\S*$")
    """The request that answers 2xx once the service can take traffic."""
    uses: list[Slug] = Field(default=[], max_length=20)
    """Parts that it may reach; `uses: [erp]` gives it `ERP_URL`."""
    limits: Limits = Limits()


class WorkspaceTests(Block):
    """The workspace's own tests: pytest runs them before each lap, and measure `tests-pass` reads what they said."""

    folder: str = Field(default="tests", min_length=1, max_length=200)
    """Where they are, relative to the workspace."""
    within: Wall = Field(default=20.0, gt=0, le=120)
    """After this long they are ended, and count as one that does not pass."""
    limits: Limits = Limits()


class Deployment(Block):
    """What the learner runs, from the workspace."""

    services: dict[Slug, Service] = Field(min_length=1, max_length=10)
    tests: WorkspaceTests | None = None
    """Left out: nobody runs the workspace's tests."""
    editable: list[Glob] = Field(min_length=1, max_length=50)
    """Globs, relative to the workspace, of what a submission may change."""


class Flow(Block):
    """Traffic from one business process to the deployment."""

    workload: Slug
    to: Slug
    """The service that the traffic goes to."""
    rate: Rate
    arrival: Literal["poisson", "fixed"] = "poisson"
    timeout: Wall = 10.0
    """After this long without an answer, a request counts as timed out."""
    with_: dict[str, Any] = Field(default={}, alias="with")


class Flap(Block):
    """Periods of being on and off."""

    on: Simulated = Field(gt=0)
    off: Simulated = Field(gt=0)


class FaultUse(BaseModel):
    """What happens on a link or to a process: one key names the fault, and its value has the fault's parameters."""

    model_config = ConfigDict(
        extra="allow", frozen=True, populate_by_name=True, serialize_by_alias=True, defer_build=True
    )

    link: Slug = ""
    """A part that the deployment uses, or a service (then the fault hits incoming traffic)."""
    service: Slug = ""
    """Instead of a link: a service, or a part with a process of its own, whose process the fault hits."""
    share: Share = 1.0
    """Share of the requests (or connections) to hit; the number is exact."""
    first: int | None = Field(default=None, gt=0, le=1_000_000)
    """Instead of a share: hit the first this many, and none after them."""
    every: int | None = Field(default=None, gt=1, le=1_000_000)
    """Instead of a share: hit every nth."""
    from_: Simulated = Field(default=0.0, alias="from")
    """Simulated time after the beginning of the phase when the fault starts."""
    until: Simulated | None = None
    """Simulated time after the beginning of the phase when the fault ends; left out: with the phase."""
    flap: Flap | None = None
    """The fault comes and goes: it is on for some time, off for some time, and so on."""
    where: dict[Slug, Line] = Field(default={}, max_length=20)
    """Only requests with these: `method`, `path` or a header's name, each with a glob."""

    @model_validator(mode="after")
    def _has_one_target(self) -> Self:
        if bool(self.link) == bool(self.service):
            raise ValueError("a fault strikes one `link`, or the process of one `service`")
        return self

    @property
    def target(self) -> str:
        """The link or the service that the fault hits."""
        return self.link or self.service

    @property
    def kinds(self) -> dict[str, Any]:
        """Return the keys that are not fields of this block: the fault's name and parameters; one when valid."""
        return dict(self.__pydantic_extra__ or {})

    @property
    def picks(self) -> list[str]:
        """Return the keys that choose by number what the fault hits."""
        given = {"share": self.share < 1, "first": self.first is not None, "every": self.every is not None}
        return [name for name, is_given in given.items() if is_given]


class Message(Block):
    """Something that a person writes to the learner when a phase begins."""

    from_: Slug = Field(alias="from")
    text: Text


class Phase(Block):
    """A stretch of the lap with faults, settings and messages of its own."""

    name: Slug
    lasts: Wall = Field(gt=0)
    simulates: Simulates | None = None
    """Simulated time that passes; left out: the same pace as in the phase before."""
    from_: str | None = Field(default=None, alias="from", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """Simulated time of day to which the clock jumps forward when the phase begins; ungraded phases only."""
    day: Literal["next"] | None = None
    """Another day begins with the phase: the clock jumps to `from` of the next day, or to when the lap began on its
    first; ungraded phases only."""
    graded: bool = True
    """Left out of checks when false. Money and gates look at it all the same, unless it is `excused`."""
    excused: Line | None = None
    """Why not even money and gates look at an ungraded phase."""
    shift: bool = False
    """The requirement changes: settings, rates and faults of this phase stay until the lap ends."""
    traffic: dict[Slug, Rate] = Field(default={}, max_length=20)
    """Rates of flows that differ in this phase: `{orders: 60/s}`. A burst is a short phase."""
    faults: list[FaultUse] = Field(default=[], max_length=50)
    set: dict[Slug, dict[str, Any]] = Field(default={}, max_length=20)
    """Parameters of parts that change for this phase: `{erp: {locked: true}}`."""
    message: Message | None = None


class Check(Block):
    """A measure, and what is expected of it."""

    id: Slug = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    family: Family
    weight: float = Field(default=1, ge=0, le=1000)
    gate: bool = False
    """When it fails, the score is capped at 50 and the exam is not passed."""
    measure: Slug | None = None
    sql: Sql | None = None
    """An SQL query of the evidence that returns one number, instead of a named measure."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    expect: Line
    """`>= 98 %`, `<= 800 ms`, `== 0`."""
    zero: Line | None = None
    """Value that earns nothing; between it and `expect` credit grows linearly. Left out: all or nothing."""
    needs: list[Slug] = Field(default=[], max_length=50)
    """Checks without which this one says nothing: it is skipped when one of them does not pass."""
    says: Text
    """What is true for the customer when the check passes, in the customer's words."""
    hint: Text | None = None
    duty: Slug | None = None
    """What a deployment has to do for it, where several checks look at one duty; left out: the check's own name."""
    optional: bool = False
    """Whether whoever leaves the duty undone may pass; reports show it apart."""
    guards: Line | None = None
    """Against what it stands though no deployment that ships with the scenario fails it."""
    hidden: bool = False
    """Learners see its name, family, weight and verdict, but not what it looks at or what it found."""

    @model_validator(mode="after")
    def _nothing_shows(self) -> Self:
        if self.hidden and self.hint is not None:
            raise ValueError("a hidden check has no `hint`: that would tell what it looks at")
        return self


class Scenario(Block):
    """One engagement with one customer."""

    id: Slug = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: Line
    summary: Text = ""
    """One sentence: what is wrong, and for whom."""
    customer: Customer
    level: int = Field(ge=0, le=4)
    minutes: int = Field(gt=0, le=1440)
    pass_: float = Field(default=70, alias="pass", gt=0, le=100)
    """The lowest score that passes an exam."""
    skills: dict[Slug, int] = Field(default={}, max_length=20)
    gaps: list[Slug] = Field(default=[], max_length=20)
    people: dict[Slug, Person] = Field(default={}, max_length=50)
    clock: SimulatedClock = SimulatedClock()
    constant: dict[str, Line] = Field(default={}, max_length=200)
    """What is the same for every seed although `fdelab scenario varies` lists it, by its name there (`*` stands for any
    part of it), and why it must be."""
    datasets: dict[Slug, DatasetSpec] = Field(default={}, max_length=30)
    site: dict[Slug, SitePart] = Field(default={}, max_length=20)
    deployment: Deployment
    traffic: dict[Slug, Flow] = Field(min_length=1, max_length=20)
    phases: list[Phase] = Field(min_length=1, max_length=50)
    checks: list[Check] = Field(min_length=1, max_length=100)
    brief: BriefSpec | None = None
    extremes: dict[Line, Line] = Field(default={}, max_length=20)
    """Degenerate deployments, as `fdelab scenario extremes` names them, that may pass, each with the reason."""
    business: Annotated[dict[Slug, Business], SkipJsonSchema()] = Field(default={}, max_length=20)
    """Business processes of its own, from the files in its folder `business/`."""

    @field_validator("business", mode="before")
    @classmethod
    def _has_its_files(cls, value: Any, info: ValidationInfo) -> Any:
        if info.context is AUTHORED:
            raise ValueError("a business is a file of its own: business/NAME.yaml")
        return value
