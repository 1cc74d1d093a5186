"""A toy vocabulary, and a scenario folder that is sound in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field

from scenarios.units import Share, Simulated, Wall
from scenarios.vocabulary import FIXED, Params, Vocabulary


class Shop(Params):
    """A part."""

    version: str = "1.0"
    sessions: int = Field(default=2, gt=0)
    token: Simulated = Field(default=3600.0, json_schema_extra={"acts_on": True})
    locked: bool = False
    data: Path | None = None
    stock: int = Field(default=80, json_schema_extra=FIXED)


class Mailbox(Params):
    """Another part."""


class Orders(Params):
    """A workload."""

    shop: str = Field(default="shop", json_schema_extra={"names": "part"})
    short: Share = 0.25


class Latency(Params):
    """A fault."""

    from_: Wall = Field(alias="from")
    to: Wall


class Reset(Params):
    """Another fault."""

    after: Wall = 0.0


class During(Params):
    during: list[str] | None = None


class Availability(During):
    stream: str


class Quantile(During):
    stream: str
    quantile: Share


class Count(During):
    table: str
    where: str = "true"


class Survived(During):
    link: str | None = Field(default=None, json_schema_extra={"strikes": "link"})
    kind: str | None = Field(default=None, json_schema_extra={"strikes": "kind"})
    stream: str | None = None


class Storm(During):
    link: str = Field(json_schema_extra={"attempts": "link"})


class Leak(During):
    link: str = Field(json_schema_extra={"connections": "link"})


class Peak(Count):
    column: str


class Ratio(During):
    table: str
    of: str
    among: str | None = None


class Ledger(During):
    accounts: list[str]


class Strategy(Params):
    kind: Literal["a", "b"]


REQUESTS = {"at": "real", "stream": "text", "outcome": "text"}


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary(
        parts={"shop-system": Shop, "mailbox": Mailbox},
        workloads={"ordering": Orders},
        faults={"latency": Latency, "reset": Reset},
        measures={
            "availability": Availability,
            "latency": Quantile,
            "count": Count,
            "peak": Peak,
            "ratio": Ratio,
            "ledger": Ledger,
            "survived": Survived,
            "storm": Storm,
            "leak": Leak,
        },
        units={
            "availability": "share",
            "latency": "seconds",
            "count": "count",
            "peak": "any",
            "ratio": "share",
            "ledger": "money",
            "survived": "share",
            "storm": "count",
            "leak": "count",
        },
        tables={"requests": REQUESTS, "ledger": {"account": "text", "amount": "real"}},
        part_tables={"shop-system": {"facts_logins": {"at": "real", "refused": "boolean"}}, "mailbox": {"mails": {}}},
        workload_tables={"ordering": {"facts_orders": {"at": "real", "late": "boolean"}}},
        accounts={"ordering": frozenset({"late", "lost"})},
        unbounded=frozenset({"survived"}),
        outage_faults=frozenset({"reset"}),
        question=lambda check, _tables: "no such column: nonsense" if "nonsense" in str(check) else None,
        target_problem=lambda use, part: "reset cannot strike a shop" if part and "reset" in use.kinds else None,
        protocols={"shop-system": "http", "mailbox": "tcp"},
    )


SOUND = """\
id: late-shop
title: Late shop
customer: {name: Halden, trade: tools, currency: EUR}
level: 1
minutes: 30
people:
  lena: {name: Lena Brandt, role: Head of Sales}
site:
  shop: {part: shop-system, with: {token: 60m sim}}
deployment:
  services:
    api: {command: [python, app.py], uses: [shop]}
  editable: ["app.py"]
traffic:
  orders: {workload: ordering, to: api, rate: 20/s}
phases:
  - {name: warm-up, lasts: 4s, graded: false}
  - {name: morning, lasts: 10s, simulates: 75m}
  - name: slow
    lasts: 10s
    faults: [{link: shop, latency: {from: 8s, to: 12s}, share: 20%}]
    set: {shop: {locked: true}}
    message: {from: lena, text: Hello}
checks:
  - id: answers
    family: reliability
    weight: 2
    measure: availability
    with: {stream: orders, during: [slow]}
    expect: ">= 98 %"
    zero: 90 %
    says: Customers get an answer
  - {id: loss, family: business, measure: ledger, with: {accounts: [late]}, expect: ">= -500 EUR", says: Little is lost}
"""


PROOF = {
    "solution/app.py": "limit = 9\nretries = 3\n",
    "shortcuts/patience/shortcut.yaml": """\
says: Nobody waits that long.
fails: [answers]
edits:
  - {file: app.py, find: retries = 3, replace: retries = 30}
""",
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a scenario folder and return its scenario file; pairs of text are replaced in the sound one.

    Without `proof` it has no solution and no shortcut.
    """

    def written(*changes: tuple[str, str], text: str = SOUND, proof: bool = True) -> Path:
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (tmp_path / "workspace").mkdir(exist_ok=True)
        (tmp_path / "workspace" / "app.py").write_text("limit = 2\nretries = 3\n")
        for name, content in PROOF.items() if proof else ():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        (tmp_path / "briefing.md").write_text("Hello\n")
        file = tmp_path / "scenario.yaml"
        file.write_text(text)
        return file

    return written
