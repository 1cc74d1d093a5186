"""What is kept of a failure of our own."""

import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from labs.base import paths


def keep(error: BaseException) -> Path:
    """Write the traceback to a file of its own below the state folder, or where temporary files go."""
    text = f"fdelab {' '.join(sys.argv[1:])}\n\n{''.join(traceback.format_exception(error))}"
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
    try:
        paths.crashes().mkdir(parents=True, exist_ok=True)
        file = paths.crashes() / name
        file.write_text(text, "utf-8", "backslashreplace")
        return file
    except OSError:
        with tempfile.NamedTemporaryFile(prefix="fdelab-", suffix=".log", delete=False) as spare:
            spare.write(text.encode("utf-8", "backslashreplace"))
            return Path(spare.name)
