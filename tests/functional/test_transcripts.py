"""The commands that README names, typed as a person would: those that need a world."""

from pathlib import Path

import pytest

from tests.transcripts import play

HERE = sorted(Path(__file__).with_name("transcripts").glob("*.txt"))


@pytest.mark.parametrize("transcript", HERE, ids=lambda path: path.stem)
def test_commands_do_as_they_say(transcript: Path, tmp_path: Path) -> None:
    play(transcript.read_text("utf-8"), tmp_path)
