"""Seeds of a class: nobody's twice, the same when asked again, and the secret goes no further."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.base.errors import UsageProblem
from labs.cli import main
from labs.exam.seeding import VARIABLE, Seeding, class_seed

SECRET = b"sixteen bytes or more"
SITTING = st.tuples(st.text(max_size=8), st.text(max_size=8), st.integers(1, 99))


def test_a_seed_is_the_same_in_every_process_and_version() -> None:
    assert class_seed(SECRET, "promise-dates", "ada", 1) == KNOWN
    code = f"from labs.exam.seeding import class_seed; print(class_seed({SECRET!r}, 'promise-dates', 'ada', 1))"
    for salt in ("0", "1"):
        env = os.environ | {"PYTHONHASHSEED": salt}
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        assert int(done.stdout) == KNOWN


KNOWN = 309344681936190698


@given(SITTING, SITTING)
def test_no_two_sittings_share_a_seed(one: tuple[str, str, int], other: tuple[str, str, int]) -> None:
    assert 0 <= class_seed(SECRET, *one) < 2**63
    assert (class_seed(SECRET, *one) == class_seed(SECRET, *other)) == (one == other)
    assert class_seed(SECRET, *one) != class_seed(SECRET + b"!", *one)


def test_the_secret_is_taken_out_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, SECRET.decode())
    assert Seeding(None, None, "ada", 1).seed_of("promise-dates") == (KNOWN, True)
    assert VARIABLE not in os.environ
    file = tmp_path / "secret"
    file.write_bytes(SECRET + b"\n")
    assert Seeding(None, file, "ada", 1).seed_of("promise-dates") == (KNOWN, True)
    assert Seeding(None, file, "ada", 2).seed_of("promise-dates")[0] != KNOWN


def test_without_a_secret_a_seed_is_given_or_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert Seeding(3, None, None, 1).seed_of("promise-dates") == (3, False)
    assert Seeding(None, None, None, 1).seed_of("promise-dates") == (None, False)


@pytest.mark.parametrize(
    ("secret", "seed", "learner", "what"),
    [
        ("", None, "ada", "goes with a class's secret"),
        ("long enough, surely", 3, "ada", "exclude each other"),
        ("long enough, surely", None, None, "whose exam"),
        ("short", None, "ada", "fewer than 16 bytes"),
    ],
)
def test_what_does_not_go_together(
    monkeypatch: pytest.MonkeyPatch, secret: str, seed: int | None, learner: str | None, what: str
) -> None:
    monkeypatch.setenv(VARIABLE, secret)
    with pytest.raises(UsageProblem, match=what):
        Seeding(seed, None, learner, 1).seed_of("promise-dates")


def test_a_secret_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = [
        "exam",
        "promise-dates",
        "--use",
        "reference",
        "--learner",
        "ada",
        "--class-secret-file",
        str(tmp_path / "no"),
    ]
    assert main(argv) == 2
    assert "cannot be read" in capsys.readouterr().err
