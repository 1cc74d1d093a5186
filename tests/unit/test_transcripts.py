"""The commands that README names, typed as a person would: those that need no world. And the player of transcripts."""

import re
from pathlib import Path

import pytest

from tests.transcripts import Broken, lines, play

ROOT = Path(__file__).parents[2]
HERE = sorted((ROOT / "tests" / "unit" / "transcripts").glob("*.txt"))
EVERY = [*HERE, *sorted((ROOT / "tests" / "functional" / "transcripts").glob("*.txt"))]


@pytest.mark.parametrize("transcript", HERE, ids=lambda path: path.stem)
def test_commands_do_as_they_say(transcript: Path, tmp_path: Path) -> None:
    play(transcript.read_text("utf-8"), tmp_path)


def test_every_command_line_of_readme_is_in_a_transcript() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    typed = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    commands = [" ".join(line.replace("~", "$HOME").split()) for line in typed if line.startswith("fdelab")]
    played = [f"{line} " for path in EVERY for line in lines(path.read_text("utf-8")).values()]
    typed_there = [re.sub(r"^(! )?exec(\[\d+\])? ", "", line) for line in played]
    assert len(commands) > 8
    assert [one for one in commands if not any(line.startswith(f"{one} ") for line in typed_there)] == []


@pytest.mark.parametrize(
    ("transcript", "says"),
    [
        ("exec false", "line 1: false ended with 1"),
        ("! exec true", "line 1: true ended with 0"),
        ("exec[3] false", "line 1: false ended with 1"),
        ("# a\n\nexec echo a\nstdout ^b$", "line 4: stdout"),
        ("exec echo a\n! stdout ^a$", "line 2: ! stdout"),
        ("exec echo a\nstderr a", "line 2: stderr"),
        ("exists nothing", "line 1: nothing is not there"),
        ("! exists .", r"line 1: \. is there"),
        ("stdout a", "line 1: stdout before any exec"),
        ("whistle", "line 1: not a line of a transcript"),
    ],
)
def test_what_does_not_hold_is_told_with_its_line(transcript: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(Broken, match=says):
        play(transcript, tmp_path)


def test_what_was_put_off_is_done_whatever_happens(tmp_path: Path) -> None:
    with pytest.raises(Broken):
        play("env NAME=left\nfinally touch $NAME\nexec[1] false\n! exec true\nexec touch never", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["left"]


def test_a_transcript_has_a_home_of_its_own(tmp_path: Path) -> None:
    play("exec mkdir $HOME/a\ncd a\nexec pwd\nstdout /a$\nexec sh -c 'test $FDELAB_STATE = '$HOME/state", tmp_path)
