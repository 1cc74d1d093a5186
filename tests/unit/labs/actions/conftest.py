from pathlib import Path

import pytest

from labs.engagement.engagement import Engagement, begin
from labs.library.catalogue import Entry


@pytest.fixture
def engagement(entry: Entry, tmp_path: Path) -> Engagement:
    """An engagement without a world."""
    return begin(entry, tmp_path / "mine", "local")[0]
