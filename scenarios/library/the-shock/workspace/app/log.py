"""One line an event: a name, then fields."""

import logging
import sys
from typing import Any


def setup() -> None:
    """Log to stdout, which the platform keeps."""
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)


def fields(event: str, **values: Any) -> str:
    """`drift report status=GREEN drifted=1/9`."""
    return " ".join([event, *(f"{name}={value}" for name, value in values.items())])
