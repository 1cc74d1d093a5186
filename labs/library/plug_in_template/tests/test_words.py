"""fdelab finds each word of this package, and says what it is."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

WORDS = ["{words}"]
"""`group=name`, as in pyproject.toml."""


def fdelab(*argv: str) -> str:
    """Return what the command prints."""
    command = [str(Path(sys.executable).with_name("fdelab")), *argv]
    return str(subprocess.run(command, capture_output=True, text=True, check=False).stdout)


def test_it_can_be_used() -> None:
    """Doctor names packages that cannot be used."""
    assert "{distribution}" not in fdelab("doctor", "--json")


@pytest.mark.parametrize("word", WORDS)
def test_it_is_told(word: str) -> None:
    """It is an entry point, and `fdelab scenario words` has it."""
    group, _, name = word.partition("=")
    assert name in {point.name for point in entry_points(group=group)}
    assert name in fdelab("scenario", "words", name)
