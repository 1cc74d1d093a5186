"""Parameters of the REST API."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from scenarios.units import Share, Simulated, Wall
from scenarios.vocabulary import FIXED, Named, Params
from simulator.parts.latency import Latency

NAME = r"^[A-Za-z_][\w-]*$"

DateFormat = Literal["iso", "date", "german", "us", "compact", "epoch"]
Form = Literal["text", "german", "german-short", "german-plain", "cents", "yes-no"]
GERMAN = frozenset({"german", "german-short", "german-plain"})
"""Forms of numbers that are all read in the same way."""


class CallLatency(Latency):
    """How long every call takes."""

    median: Wall = Field(default=0.015, gt=0)
    """Half of the calls take no longer."""
    p99: Wall = Field(default=0.060, gt=0)
    """99 of 100 calls take no longer."""


class Resource(Params):
    """One collection of records."""

    records: tuple[dict[str, Any], ...] = ()
    """The records at the beginning of the lap…"""
    data: str | None = Field(default=None, json_schema_extra={"names": "dataset"})
    """…or a dataset, as the customer delivers it: of rows with the same key the last one, none without."""
    key: str | None = None
    """The field that identifies records, which callers cannot change; left out: the dataset's, else `id`."""
    order: Literal["key", "oldest", "newest"] = "key"
    """How lists are sorted: by key, or by the last edit, with the longest ago or the latest first."""
    stamp: str | None = "updated_at"
    """The field with the time of a record's last edit; null: callers are not told."""

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        if self.records and self.data is not None:
            raise ValueError("a resource has records or data, not both")
        name = self.key or "id"
        for key, count in Counter(str(record.get(name, "")) for record in self.records).items():
            if not key:
                raise ValueError(f"a record has no {name!r}, which is the key")
            if count > 1:
                raise ValueError(f"{count} records have the key {key!r}")
        return self


class Edits(Params):
    """What the customer's own people do to a resource meanwhile, by simulated time."""

    every: Simulated = Field(gt=0)
    """Between two edits, on average."""
    updates: int = Field(default=8, ge=0)
    """How many edits out of ten, say, change a record, …"""
    inserts: int = Field(default=1, ge=0)
    """…add one…"""
    deletes: int = Field(default=1, ge=0)
    """…or remove one."""
    fields: tuple[str, ...] = ()
    """The fields that updates change; left out: any but the key."""
    moves: Share | None = None
    """Most that an update moves a number by, which stays as fine as it was; left out: an update copies another's."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.updates + self.inserts + self.deletes:
            raise ValueError("of updates, inserts and deletes one must be more than 0")
        return self


class Contract(Params):
    """How a resource looks from outside, where that differs from the records."""

    rename: dict[str, str] = Field(default={})
    """New names of fields."""
    types: dict[str, Form | tuple[Form, ...]] = Field(default={})
    """`text`: numbers in quotes. `german`: `1.234,50`; `german-short`: `1.234,5`, `12`; `german-plain`: `1234,50`; with
    several of these three, each record has one of them. `cents`: whole numbers. `yes-no`: for true and false."""
    dates: dict[str, tuple[DateFormat, ...]] = Field(default={})
    """Formats of a date; with several, each record has one of them."""
    drop: tuple[str, ...] = ()
    """Fields that are no longer shown, nor accepted."""
    required: tuple[str, ...] = ()
    """Fields that a written record must have, including new ones."""
    unknown: Literal["ignore", "refuse"] = "ignore"
    """What happens to unknown fields in a write."""

    def forms(self, name: str) -> tuple[Form, ...]:
        """Return the forms of a field's values, of which each record has one; none where they are told as they are."""
        found = self.types.get(name, ())
        return (found,) if isinstance(found, str) else found

    @model_validator(mode="after")
    def _are_read_alike(self) -> Self:
        for name in self.types:
            forms = self.forms(name)
            if not forms or (len(forms) > 1 and not GERMAN.issuperset(forms)):
                raise ValueError(f"types: {name}: one form, or several of {', '.join(sorted(GERMAN))}")
        return self


class Paging(Params):
    """How lists are split into pages."""

    style: Literal["offset", "page", "cursor"] = "offset"
    """`offset` and `page` count from the top of a list that shifts; a `cursor` continues after the last record."""
    size: int = Field(default=50, gt=0)
    """Records on a page if the caller does not say."""
    most: int = Field(default=200, gt=0)
    """Most records that a caller may ask for."""


class Login(Params):
    """Tokens by OAuth 2.0's client credentials (RFC 6749 §4.4): `POST /oauth/token`."""

    client: str = "integration"
    secret: str = "change-me"  # noqa: S105 (what a scenario's author replaces)
    token: Simulated = Field(default=1800.0, gt=0, json_schema_extra={"acts_on": True})
    """How long a token lives, used or not."""


class Limit(Params):
    """How many requests are served; the allowance refills evenly."""

    requests: int = Field(gt=0)
    per: Simulated = Field(default=60.0, gt=0)
    tells: bool = True
    """Whether a refusal says when to come again (`Retry-After`, in wall time)."""


class Writes(Params):
    """What makes writes safe."""

    idempotency: bool = False
    """A POST with an `Idempotency-Key` that came before is answered as then, and creates nothing."""
    conditional: Literal["off", "optional", "required"] = "off"
    """`If-Match` with the record's `ETag` (RFC 9110 §13.1.1); required: a write without it is refused."""


class RestParams(Params):
    """Parameters of `rest-api`."""

    base: str = Field(default="/api/v1", pattern=r"^(/[\w.-]+)*$")
    """The beginning of every path."""
    resources: dict[str, Resource] = Field(min_length=1, json_schema_extra=FIXED)
    """Collections by name; fixed for the lap."""
    contract: dict[str, Contract] = Field(default={})
    """How resources look from outside."""
    edits: dict[str, Edits] = Field(default={})
    """What others do to resources meanwhile."""
    paging: Paging = Paging()
    login: Login | None = None
    """Left out: no token is needed."""
    limit: Limit | None = None
    """How many requests are served; left out: any number."""
    writes: Writes = Writes()
    errors: Literal["problem", "plain", "ok"] = "problem"
    """`problem`: RFC 9457. `plain`: text. `ok`: every answer has status 200, and its body says whether it is one."""
    latency: CallLatency = CallLatency()

    def named(self) -> Iterable[Named]:
        for name, resource in self.resources.items():
            if resource.data is None and not resource.records:
                continue
            fields = frozenset(field for record in resource.records for field in record)
            found: list[tuple[tuple[str | int, ...], str]] = []
            if resource.key and resource.data is not None:
                found.append((("resources", name, "key"), resource.key))
            contract = self.contract.get(name, Contract())
            fields |= frozenset(contract.required)
            for block in ("rename", "types", "dates"):
                found += [(("contract", name, block, field), field) for field in getattr(contract, block)]
            found += [(("contract", name, "drop", index), field) for index, field in enumerate(contract.drop)]
            edited = self.edits[name].fields if name in self.edits else ()
            found += [(("edits", name, "fields", index), field) for index, field in enumerate(edited)]
            yield from (Named(loc, field, resource.data, fields, key=loc[-1] == field) for loc, field in found)

    @model_validator(mode="after")
    def _resources_exist(self) -> Self:
        for block in ("contract", "edits"):
            for name in getattr(self, block):
                if name not in self.resources:
                    raise ValueError(f"{block}: there is no resource {name!r}")
        return self
