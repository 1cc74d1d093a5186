"""Which pages have generated blocks."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tests.pages import commands, evidence, vocabulary
from tests.pages.blocks import DOCS, Blocks, filled

PAGES: Mapping[str, Blocks] = {
    "commands.md": {"commands": commands.commands},
    "vocabulary.md": {kind: partial(vocabulary.of, kind) for kind in vocabulary.KINDS},
    "grading.md": {"tables": evidence.core, "facts": evidence.facts},
}


def written(name: str) -> tuple[Path, str]:
    """Where a page is, and what has to stand there."""
    page = DOCS / name
    return page, filled(page.read_text("utf-8"), PAGES[name])
