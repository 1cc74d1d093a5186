"""Pages with blocks that are generated: which page has which, and how one is filled."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

Blocks = Mapping[str, Callable[[], str]]
"""What stands in each block, by the block's name."""

_BLOCK = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str, blocks: Blocks) -> str:
    """Return the page with every block of it written anew.

    Raises `KeyError` for a block that nothing is known for, and `ValueError` where the page lacks one of `blocks`.
    """
    there = [found[2] for found in _BLOCK.finditer(page)]
    if missing := blocks.keys() - set(there):
        raise ValueError(f"the page has no block for {', '.join(sorted(missing))}")
    return _BLOCK.sub(lambda found: f"{found[1]}{blocks[found[2]]().rstrip()}\n{found[3]}", page)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; text may have line breaks and bars, empty where there are no rows."""
    lines = [[_cell(cell) for cell in row] for row in rows]
    if not lines:
        return ""
    every = [list(head), ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in every) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
