"""The list of what was pushed: written, read again, and refused where it is something else."""

import json
from pathlib import Path

import pytest

from simulator.runtime.images.transfer import Pushed, listed, read

IMAGES = (
    Pushed("python:3.11-slim-bookworm", f"registry.example:5000/lab/fdelab-base@sha256:{'0a' * 32}"),
    Pushed("fdelab/site:0123456789ab", f"registry.example/fdelab-site@sha256:{'1b' * 32}"),
)


def test_what_was_listed_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "images.json"
    file.write_text(listed(IMAGES))
    assert read(file) == IMAGES


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", '{"format": 1, "images": []}', '{"format": 1, "images": [3]}', "[" * 100_000,
        listed(IMAGES).replace('"format": 1', '"format": 2'),
        listed(IMAGES).replace("@sha256:", ":latest-"),
        json.dumps({"format": 1, "images": [{"tag": "--force", "reference": IMAGES[0].reference}]}),
        json.dumps({"format": 1, "images": [{"tag": "a:b c", "reference": IMAGES[0].reference}]}),
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "images.json"
    file.write_text(text)
    with pytest.raises(ValueError, match="is no list of pushed images"):
        read(file)
