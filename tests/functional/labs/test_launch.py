"""Launching as the app does it: cancelled, nothing is left; let go of, the world comes up by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from labs.base.errors import Interrupted
from labs.engagement.engagement import Engagement
from labs.engagement.practice import take_down
from labs.progress.store import Store
from labs.tui.backend import CancelToken
from labs.tui.local_backend import LocalBackend
from labs.world.client import living
from simulator.protocol.events import Event, Waiting


@pytest.fixture
def engagement(folder: Path, tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engagement]:
    monkeypatch.setenv("FDELAB_STATE", str(state))
    made = LocalBackend().engage(str(folder), tmp_path / "mine", "local")
    yield made
    take_down(made)


def test_a_cancelled_launch_leaves_nothing_but_the_folder(engagement: Engagement) -> None:
    leash = CancelToken()
    with pytest.raises(Interrupted):
        LocalBackend().launch(engagement, lambda event: leash.cancel() if event.kind == "starting" else None, leash)
    assert living() == []
    assert engagement.world() is None
    assert engagement.workspace.is_dir()
    assert Store().engagements()[0].folder == engagement.folder


def test_a_launch_that_is_let_go_of_comes_up_and_can_be_joined(engagement: Engagement) -> None:
    leash = CancelToken()
    with pytest.raises(Interrupted):
        LocalBackend().launch(engagement, lambda event: leash.gone.set() if event.kind == "starting" else None, leash)
    assert engagement.world() is not None
    heard: list[Event] = []
    LocalBackend().launch(engagement, heard.append, CancelToken())
    assert heard[-1].kind == "lap-started"
    waited = [event.names for event in heard if isinstance(event, Waiting)]
    assert waited, "each time that something became ready, it says what is still waited for"
    assert waited[-1] == ()
    assert len(living()) == 1
