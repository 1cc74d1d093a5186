"""People, companies, addresses: values of Faker's providers.

A pool of values is generated once and rows are drawn from it, with Faker's weighting off: that makes rows some hundred
times faster than asking Faker for each.
"""

from functools import lru_cache
from typing import Any, ClassVar

from pydantic import Field, model_validator

from simulator.dirt.arrays import Array, objects
from simulator.dirt.base import ColumnKind, Make, ShortParams, Type

_OF_TODAY = ("credit_card_expire", "credit_card_full", "profile", "simple_profile")
"""Providers outside of Faker's `date_time` whose values depend on the current day."""


class Fake(ShortParams):
    """`fake: company` is short for `provider`."""

    SHORT: ClassVar[str] = "provider"

    provider: str
    """A method of Faker's that returns text: name, company, street_address, ean, …"""
    locale: str = "en_US"
    """Such as de_DE."""
    args: dict[str, str | int | float | bool] = Field(default={})
    """Arguments for the provider."""
    pool: int = Field(default=2000, ge=1, le=100_000)
    """How many values are generated; rows are drawn from them."""

    @model_validator(mode="after")
    def _answers_text(self) -> "Fake":
        said = _problem(self.provider, self.locale, tuple(sorted(self.args.items())))
        if said is not None:
            raise ValueError(said)
        return self


def _faker(locale: str, seed: int) -> Any:
    from faker import Faker

    try:
        faker = Faker(locale, use_weighting=False)
    except AttributeError:
        raise ValueError(f"Faker has no locale {locale!r}") from None
    faker.seed_instance(seed)
    return faker


@lru_cache(maxsize=256)
def _problem(provider: str, locale: str, args: tuple[tuple[str, Any], ...]) -> str | None:
    """Return why it cannot be used, found by calling it once; None when it can."""
    faker = _faker(locale, 0)
    method = None if provider.startswith("_") else getattr(faker, provider, None)
    if not callable(method):
        return f"Faker has no provider {provider!r}"
    if provider in _OF_TODAY or _is_of(faker, provider, "date_time"):
        return f"{provider} depends on the day on which it is asked; make times with `time`"
    try:
        value = method(**dict(args))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        return f"{provider} does not take these arguments: {error}"
    return None if isinstance(value, str) else f"{provider} answers {type(value).__name__}, not text"


def _is_of(faker: Any, provider: str, group: str) -> bool:
    found = [one for one in faker.get_providers() if hasattr(one, provider)]
    return bool(found) and f".{group}" in type(found[0]).__module__


def _make(params: Fake, make: Make) -> Array:
    faker = _faker(params.locale, make.seed)
    method = getattr(faker, params.provider)
    pool = objects(
        (str(method(**params.args)) for _ in range(min(params.pool, make.rows))), min(params.pool, make.rows)
    )
    return pool[make.rng.integers(0, len(pool), make.rows)] if make.rows > len(pool) else pool


def _type(_params: Fake) -> Type:
    return "text"


FAKE = ColumnKind("fake", Fake, _make, _type)
