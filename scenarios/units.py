"""Quantities as authors write them: `8s`, `30m sim`, `5 %`, `20/s`, `256m`.

A plain duration is wall time, and one that ends in `sim` is simulated time; each field takes one kind.
"""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo

from scenarios.problems import shown

AUTHORED = {"authored": True}
"""Validation context for what a person wrote: quantities must have their units."""

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30}
_NUMBER = r"(\d{1,15}(?:\.\d{1,15})?)"


_LONGEST = 60
"""Most characters of a quantity."""


def _match(pattern: str, value: Any, example: str) -> re.Match[str]:
    found = re.fullmatch(pattern, str(value)[:_LONGEST].strip())
    if found is None or len(str(value)) > _LONGEST:
        raise ValueError(f"{shown(value)} is not {example}")
    return found


def wall(value: Any) -> float:
    """Return the seconds of wall time in `250ms`, `8s`, `2m`. Raises `ValueError` for anything else."""
    if isinstance(value, str) and value.strip().endswith("sim"):
        raise ValueError(f"{shown(value)} is simulated time; this field takes wall time, such as 8s")
    number, unit = _match(rf"{_NUMBER}\s*(ms|s|m|h)", value, "a duration such as 250ms, 8s or 2m").groups()
    return float(number) * _SECONDS[unit]


def simulated(value: Any) -> float:
    """Return the seconds of simulated time in `20m sim`, `2h sim`. Raises `ValueError` for anything else."""
    number, unit = _match(
        rf"{_NUMBER}\s*(s|m|h|d)\s+sim", value, "a simulated duration such as 30m sim or 2h sim"
    ).groups()
    return float(number) * _SECONDS[unit]


def simulates(value: Any) -> float:
    """Return the seconds of simulated time where `sim` may be left out: `75m`. Raises `ValueError`."""
    text = str(value).strip()
    return simulated(text if text.endswith("sim") else f"{text} sim")


def share(value: Any) -> float:
    """Return a share of a whole, from 0 to 1: `5%`, `0.5 %`. Raises `ValueError` for anything else."""
    number = float(_match(rf"{_NUMBER}\s*%", value, "a share such as 5%").group(1))
    if number > 100:
        raise ValueError(f"{shown(value)} is more than 100 %")
    return number / 100


def rate(value: Any) -> float:
    """Return the events per wall second in `20/s`, `90/m`. Raises `ValueError` for anything else."""
    number, unit = _match(rf"{_NUMBER}\s*/\s*(s|m)", value, "a rate such as 20/s").groups()
    return float(number) / _SECONDS[unit]


def size(value: Any) -> int:
    """Return the bytes in `512b`, `16k`, `256m`, `1g`. Raises `ValueError` for anything else."""
    number, unit = _match(rf"{_NUMBER}\s*(b|[kmg](?=b?$))b?", str(value).lower(), "a size such as 256m").groups()
    return int(float(number) * _BYTES[unit])


def _quantity(parse: Any, *examples: str, most: str) -> Any:
    def validate(value: Any, info: ValidationInfo) -> Any:
        # A bare number comes from a model that was dumped; one that an author writes lacks its unit.
        bare = isinstance(value, int | float) and not isinstance(value, bool)
        if bare and info.context is not AUTHORED:
            return value
        found = parse(value)
        if found > parse(most):
            raise ValueError(f"{shown(value)} is more than {most}")
        return found

    return BeforeValidator(validate, json_schema_input_type=str), Field(examples=list(examples))


_W, _WF = _quantity(wall, "8s", "250ms", most="1h")
_S, _SF = _quantity(simulated, "30m sim", "2h sim", most="3650d sim")
_P, _PF = _quantity(simulates, "75m", "2h", most="3650d")
_H, _HF = _quantity(share, "5%", "0.5%", most="100%")
_R, _RF = _quantity(rate, "20/s", most="1000/s")
_B, _BF = _quantity(size, "256m", "1g", most="64g")

Wall = Annotated[float, _W, _WF]
Simulated = Annotated[float, _S, _SF]
Simulates = Annotated[float, _P, _PF]
Share = Annotated[float, _H, _HF]
Rate = Annotated[float, _R, _RF]
Size = Annotated[int, _B, _BF]
