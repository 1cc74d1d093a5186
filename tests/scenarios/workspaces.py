"""Code of a workspace, used by tests: every workspace calls its package `app`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def code_of(workspace: Path) -> Iterator[None]:
    """What is imported in this as `app` comes from `workspace`; afterwards nobody finds it by that name any more."""
    before = set(sys.modules)
    sys.path.insert(0, str(workspace))
    try:
        yield
    finally:
        sys.path.remove(str(workspace))
        for name in set(sys.modules) - before:
            if name == "app" or name.startswith("app."):
                del sys.modules[name]
