"""Characters that a terminal has not."""

import io
import json
import sys
import tempfile
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from labs.base import crash
from labs.base.errors import ExitCode
from labs.cli import main, opening, stand_in

ENCODINGS = ["utf-8", "iso8859-1", "iso8859-15", "cp1252", "cp437", "koi8-r", "shift_jis", "gb2312", "ascii"]
ANYTHING = st.text(st.characters(codec=None, categories=None))


def printed(text: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What stands on a terminal of that encoding after click and rich have printed `text`."""
    raw = io.BytesIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, newline="\n", write_through=True))
        stand_in.install()
        click.echo(text, nl=False)
        Console(highlight=False, markup=False, soft_wrap=True).print(text, end="")
        sys.stdout.detach()
    # Where Python finds ASCII alone, click holds the machine for misconfigured, and writes UTF-8.
    return raw.getvalue().decode("utf-8" if encoding == "ascii" else encoding, "replace")


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=ANYTHING)
def test_nothing_that_is_printed_fails_because_of_a_character(encoding: str, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        printed(text, encoding, patch)


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "Jürgen – 3 € · ✔ 中"),
        ("iso8859-1", "Jürgen - 3 EUR · + ?"),
        ("cp1252", "Jürgen – 3 € · + ?"),
        ("koi8-r", "Jurgen - 3 EUR · + ?"),
    ],
)
def test_what_a_terminal_has_not_looks_like_it(
    encoding: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    assert printed("Jürgen – 3 € · ✔ 中", encoding, monkeypatch) == shown * 2


@given(text=ANYTHING)
def test_a_stand_in_is_ascii_and_never_nothing(text: str) -> None:
    plain = text.encode("ascii", stand_in.NAME).decode("ascii")
    assert len(plain) >= len(text)
    assert text.isascii() <= (plain == text)


def test_a_verdict_is_not_lost_over_a_character(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="iso8859-1"))
    assert main(["scenario", "show", "first-day"]) == ExitCode.PASSED
    assert "basket-totals > shop" in raw.getvalue().decode("iso8859-1")


def test_what_programs_read_is_utf8_on_every_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "scenario.yaml"
    file.write_text(file.read_text("utf-8").replace("title: Little", "title: Kürze → 1 €"), "utf-8")
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="koi8-r"))
    assert main(["scenario", "show", str(folder), "--json"]) == ExitCode.PASSED
    assert json.loads(raw.getvalue())["title"] == "Kürze → 1 €"


@pytest.mark.parametrize("writable", [True, False])
def test_our_own_failure_is_kept_whatever_is_in_it(
    writable: bool, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    if not writable:
        state.write_text("a file, where the folder ought to be", "utf-8")
    kept = crash.keep(RuntimeError("→ \udcfc"))
    assert "→ \\udcfc" in kept.read_text("utf-8")


def test_the_app_says_that_it_needs_utf8(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("labs.cli.possible", lambda: True)
    monkeypatch.setattr(opening, "gc", None)  # nothing of the app may have begun
    monkeypatch.setattr(sys, "__stderr__", io.TextIOWrapper(io.BytesIO(), encoding="koi8-r"))
    assert main([]) == ExitCode.USAGE
    said = capsys.readouterr().err
    assert "koi8-r" in said
    assert "LC_ALL=C.UTF-8 fdelab" in said
