"""A hook of mkdocs: takes pages that lie beside their code into the site, and turns links between all pages to match.

In the repository a link leads from file to file. In the site it leads to the page that the file became; where the file
is no page (a YAML file, a script), its text stays and the link goes.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {
    ROOT / "curriculum" / "README.md": "curriculum.md",
    ROOT / "curriculum" / "ci" / "README.md": "curriculum-ci.md",
    ROOT / "simulator" / "workloads" / "README.md": "workloads.md",
    **{page: f"parts/{page.parent.name}.md" for page in (ROOT / "simulator" / "parts").glob("*/README.md")},
}
"""Where in the site each page outside of `docs/` is."""
_LINK = re.compile(r"(?<!!)\[([^\]\[]*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from outside."""
    for page, place in PAGES.items():
        files.append(File.generated(config, place, abs_src_path=str(page)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn the links of one page."""
    return turned(markdown, Path(str(page.file.abs_src_path)), page.file.src_uri)


def turned(markdown: str, source: Path, place: str) -> str:
    """Return the text of the file `source`, with links as they are from `place` in the site."""

    def link(found: re.Match[str]) -> str:
        text, target, anchor = found[1], (source.parent / found[2]).resolve(), found[3] or ""
        there = target.relative_to(DOCS).as_posix() if target.is_relative_to(DOCS) else PAGES.get(target)
        if there is None and target.exists():
            return text
        if there is None:
            return found[0]
        return f"[{text}]({posixpath.relpath(there, posixpath.dirname(place) or '.')}{anchor})"

    return _LINK.sub(link, markdown)
