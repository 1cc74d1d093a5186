"""What is looked at before a deployment runs in a box right here."""

import json
from pathlib import Path

import pytest

from simulator.runtime.box import seals


@pytest.mark.parametrize(
    ("url", "found"),
    [("file:///opt/fd%20lab", [Path("/opt/fd lab")]), ("https://example.org/fdelab.git", []), (None, [])],
)
def test_the_clone_that_fdelab_came_from_is_known(
    url: str | None, found: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "fdelab-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fdelab\nVersion: 1.0\n")
    if url is not None:
        (info / "direct_url.json").write_text(json.dumps({"url": url, "dir_info": {}}))
    monkeypatch.syspath_prepend(tmp_path)
    assert seals._checkout() == found
