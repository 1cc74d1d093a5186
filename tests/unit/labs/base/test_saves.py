import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from labs.base.saves import saves


async def test_what_is_saved_between_two_questions_is_not_missed(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    (one / "deep").mkdir(parents=True)
    other.mkdir()
    async with aclosing(saves(one, other)) as changes:
        first = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)
        (one / "deep" / "a.yaml").write_text("a")
        assert await first == [one / "deep" / "a.yaml"]
        (other / "b.py").write_text("b")
        (other / "b.py.swp").write_text("an editor's own")
        assert await anext(changes) == [other / "b.py"]


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await anext(saves(tmp_path / "gone"))
