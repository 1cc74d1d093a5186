"""The drop box takes what a night can import, and no more."""

import pytest

from simulator.parts.soap_erp import dropbox
from simulator.parts.soap_erp.dropbox import Dropbox, DropboxFull


def test_it_holds_so_many_files_and_a_replaced_one_is_none_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dropbox, "MAX_FILES", 2)
    box = Dropbox(frozenset())
    for name in ("a.txt", "b.txt", "b.txt"):
        box.deliver(name, b"x")
    with pytest.raises(DropboxFull):
        box.deliver("c.txt", b"x")
    assert sorted(box.files) == ["a.txt", "b.txt"]


def test_it_holds_so_many_bytes_and_a_replaced_file_frees_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dropbox, "MAX_BYTES", 10)
    box = Dropbox(frozenset())
    box.deliver("a.txt", b"x" * 6)
    with pytest.raises(DropboxFull):
        box.deliver("b.txt", b"x" * 5)
    box.deliver("a.txt", b"x" * 10)
