"""Limits in the parameters of parts, and whether they held a deployment up."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from labs.cli import verify as cli
from labs.verify import claims
from labs.verify.bites import bitten
from labs.verify.prove import Proof
from simulator.evidence.tables import CORE
from simulator.parts import PARTS
from tests.unit.grader.laps import Lap, scenario
from tests.unit.labs.verify.test_verify import outcome

ERP = {"part": "soap-erp", "with": {"sessions": 3, "lockout": {"after": 9}}}
API = {"part": "rest-api", "with": {"resources": {"a": {"records": [{"id": 1}]}}}}
NIGHT = {"name": "night", "lasts": 5.0, "set": {"api": {"limit": {"requests": 9}}}}


def lap(folder: Path, *refused: tuple[str, str]) -> Path:
    evidence = Lap().request(3.0)
    for at, (part, result) in enumerate(refused, 3):
        evidence.add("calls", at=float(at), done_at=at + 0.1, part=part, route="Login", status=200, result=result)
    return evidence.write(folder)


@pytest.mark.parametrize(
    ("refused", "met"),
    [
        ([], []),
        ([("erp", "SITZUNGSLIMIT")], ["site.erp.sessions"]),
        ([("erp", "ZU_VIELE_AUFRUFE"), ("other", "SITZUNGSLIMIT")], []),
        ([("erp", "KENNUNG_GESPERRT"), ("api", "rate_limited")], ["site.erp.lockout", "site.api.limit"]),
    ],
)
def test_a_limit_that_the_author_wrote_bites_where_a_call_was_refused_for_it(
    tmp_path: Path, refused: list[tuple[str, str]], met: list[str]
) -> None:
    told = scenario(site={"erp": ERP, "api": API}, phases=[{"name": "day", "lasts": 10.0}, NIGHT])
    found = bitten(told, lap(tmp_path, *refused))
    assert list(found) == ["site.erp.sessions", "site.erp.lockout", "site.api.limit"]
    assert [name for name, bites in found.items() if bites] == met


def test_defaults_are_nobody_s_limits(tmp_path: Path) -> None:
    assert bitten(scenario(site={"erp": {"part": "soap-erp"}}), lap(tmp_path)) == {}


def test_limits_are_parameters_and_their_evidence_has_the_columns() -> None:
    known = [(kind, limit, shown) for kind in PARTS.values() for limit, shown in kind.limits.items()]
    assert len(known) >= 12
    for kind, limit, shown in known:
        model: Any = kind.params
        for name in limit.split("."):
            field = model.model_fields[name]
            model = field.annotation
        (table,) = [one for one in (*CORE, *kind.tables) if one.name == shown.table]
        assert "part" in {column.name for column in table.columns}


def test_a_limit_that_held_nobody_up_is_told() -> None:
    held = [
        outcome("untouched", "failed", 20.0, limits={"site.erp.lockout": False, "site.erp.sessions": True}),
        outcome("reference", "passed", 99.0, limits={"site.erp.lockout": False, "site.erp.sessions": False}),
    ]
    assert claims.unmet(held) == ["site.erp.lockout"]
    assert claims.unmet([*held, outcome("shortcut:x", "failed", 2.0)]) == []
    proof = Proof({one.trial: one for one in held}, calibration={})
    assert cli._data(proof)["idle"] == ["site.erp.lockout"]
    with CliRunner().isolation() as (out, *_):
        cli._print(proof)
        assert "site.erp.lockout: no deployment came up against this limit" in out.getvalue().decode()
