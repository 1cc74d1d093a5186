"""Where the engine is looked for, and that a person is told so: variables, contexts, the usual socket."""

import hashlib
import json
from pathlib import Path

import pytest

from labs import machine
from simulator.runtime import availability
from simulator.runtime.base import RuntimeUnavailable
from simulator.runtime.docker import endpoint
from simulator.runtime.docker.engine import connect


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of Docker's client, with nothing in it yet."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path


def context(config: Path, name: str, host: str) -> None:
    folder = config / "contexts/meta" / hashlib.sha256(name.encode()).hexdigest()
    folder.mkdir(parents=True)
    told = {"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": host}}}
    (folder / "meta.json").write_text(json.dumps(told))


def choose(config: Path, name: str) -> None:
    (config / "config.json").write_text(json.dumps({"currentContext": name}))


def refused() -> RuntimeUnavailable:
    with pytest.raises(RuntimeUnavailable) as raised:
        connect()
    return raised.value


def test_nobody_says_where_it_is() -> None:
    found = endpoint.find()
    assert (found.socket, found.says) == ("/var/run/docker.sock", None)


def test_a_context_is_named_with_its_socket_and_file(config: Path) -> None:
    context(config, "desk", f"unix://{config}/none.sock")
    choose(config, "desk")
    told = refused()
    assert told.what == (
        f"no Docker engine answers at unix://{config}/none.sock (context 'desk', which {config}/config.json names): "
        "it is not running, or not there"
    )
    assert told.remedy == "start it, or use --runtime local"
    assert not endpoint.expected()


def test_a_variable_chooses_the_context_before_the_file_does(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context(config, "desk", "unix:///desk.sock")
    context(config, "lap", "unix:///lap.sock")
    choose(config, "desk")
    monkeypatch.setenv("DOCKER_CONTEXT", "lap")
    assert endpoint.find().told() == "unix:///lap.sock (context 'lap', which DOCKER_CONTEXT names)"
    monkeypatch.setenv("DOCKER_HOST", "unix:///host.sock")
    assert endpoint.find().told() == "unix:///host.sock (DOCKER_HOST says so)"


def test_a_context_that_is_not_there_is_no_usual_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "gone")
    told = refused()
    assert told.what == "there is no Docker context 'gone', which DOCKER_CONTEXT names"
    assert "docker context use default" in str(told.remedy)


@pytest.mark.parametrize(("host", "what"), [
    ("garbage", "'garbage' is no address of a Docker engine (DOCKER_HOST says so)"),
    ("tcp://10.0.0.9:2375", "the Docker engine at tcp://10.0.0.9:2375 (DOCKER_HOST says so) is on another machine"),
    ("ssh://jo@far", "the Docker engine at ssh://jo@far (DOCKER_HOST says so) is on another machine"),
])  # fmt: skip
def test_what_cannot_be_an_engine_here_is_told_from_what_is_elsewhere(
    host: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    told = refused()
    assert told.what.startswith(what)
    assert "unset DOCKER_HOST" in str(told.remedy)
    assert not availability().expected


def test_doctor_says_what_and_what_to_do_as_two_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    (finding,) = [one for one in machine.examine() if one.name == "Docker engine"]
    assert finding.found.endswith("none.sock (DOCKER_HOST says so): it is not running, or not there")
    assert finding.remedy == "start it, or use --runtime local"
