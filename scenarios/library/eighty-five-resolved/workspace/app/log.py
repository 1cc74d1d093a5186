"""One line an event on standard output: time, level, where, then `key=value` pairs."""

import logging
import sys
from typing import Any


def setup(level: str) -> None:
    """Send the bot's own log to standard output; uvicorn's access log would say everything twice."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s.%(msecs)03d %(levelname)-7s %(name)s %(message)s", "%H:%M:%S"))
    root = logging.getLogger("bot")
    root.handlers[:] = [handler]
    root.setLevel(level)
    root.propagate = False
    logging.getLogger("uvicorn.access").disabled = True


def fields(event: str, **values: Any) -> str:
    """`event key=value …`; what is None is left out, what has blanks is quoted."""
    parts = [event]
    for key, value in values.items():
        if value is not None:
            text = f"{value:.3f}" if isinstance(value, float) else str(value)
            parts.append(f'{key}="{text}"' if " " in text else f"{key}={text}")
    return " ".join(parts)
