"""Numbers drawn from a distribution."""

import math
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from scenarios.vocabulary import Params
from simulator.dirt.arrays import Array, generator
from simulator.dirt.base import ColumnKind, Make, Type
from simulator.seeds import child


class Normal(Params):
    """The normal distribution."""

    mean: float
    sd: float = Field(ge=0)


class Lognormal(Params):
    """Lognormal values: half of them are below `median`, and `sigma` is the standard deviation of the logarithm."""

    median: float = Field(gt=0)
    sigma: float = Field(ge=0)


class Uniform(Params):
    """Values spread evenly over `[from, to)`."""

    from_: float = Field(alias="from")
    to: float


class Exponential(Params):
    """Times between independent events."""

    mean: float = Field(gt=0)


class Gamma(Params):
    """Gamma-distributed values with the mean `shape · scale`."""

    shape: float = Field(gt=0)
    scale: float = Field(gt=0)


class Beta(Params):
    """Shares of a whole, with the mean `a / (a + b)`."""

    a: float = Field(gt=0)
    b: float = Field(gt=0)


class Poisson(Params):
    """Counts of independent events."""

    mean: float = Field(ge=0)


class Integer(Params):
    """Whole numbers spread evenly from `from` to `to`, both included."""

    from_: int = Field(alias="from")
    to: int

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if self.to < self.from_:
            raise ValueError("`to` is less than `from`")
        return self


DISTRIBUTIONS = ("normal", "lognormal", "uniform", "exponential", "gamma", "beta", "poisson", "integer")


class Number(Params):
    """Values of one distribution, cut to `min` and `max`, and rounded to `decimals`."""

    normal: Normal | None = None
    """The bell curve: `mean`, `sd`."""
    lognormal: Lognormal | None = None
    """Positive with a long tail: `median`, and `sigma` of the logarithm."""
    uniform: Uniform | None = None
    """Any number `from` `to`, all alike likely."""
    exponential: Exponential | None = None
    """Times between things that happen by chance: `mean`."""
    gamma: Gamma | None = None
    """Positive, by `shape` and `scale`."""
    beta: Beta | None = None
    """Between 0 and 1, by `a` and `b`."""
    poisson: Poisson | None = None
    """How often something happens that happens by chance: `mean`."""
    integer: Integer | None = None
    """A whole number `from` `to`, both included."""
    like: str | None = None
    """A column of numbers that it correlates with…"""
    r: float = Field(default=0.0, ge=-1, le=1)
    """…with this correlation of normal scores."""
    min: float | None = None
    """What would be less becomes this."""
    max: float | None = None
    """What would be more becomes this."""
    decimals: int = Field(default=2, ge=0, le=9)
    """Decimal places; with 0 they are whole numbers, as those of poisson and integer always are."""

    @model_validator(mode="after")
    def _one_distribution(self) -> Self:
        if sum(getattr(self, name) is not None for name in DISTRIBUTIONS) != 1:
            raise ValueError(f"a number has one distribution of: {', '.join(DISTRIBUTIONS)}")
        if self.min is not None and self.max is not None and self.max < self.min:
            raise ValueError("`max` is less than `min`")
        return self

    @property
    def whole(self) -> bool:
        """Whether its values are whole numbers."""
        return self.decimals == 0 or self.poisson is not None or self.integer is not None


def draw(params: Number, rng: np.random.Generator, rows: int) -> Array:
    """Return values of the distribution, not yet cut or rounded. Raises `AssertionError` on an unknown distribution."""
    match next(one for one in params if one[0] in DISTRIBUTIONS and one[1] is not None)[1]:
        case Normal(mean=mean, sd=sd):
            return rng.normal(mean, sd, rows)
        case Lognormal(median=median, sigma=sigma):
            return rng.lognormal(math.log(median), sigma, rows)
        case Uniform(from_=low, to=high):
            return rng.uniform(low, high, rows)
        case Exponential(mean=mean):
            return rng.exponential(mean, rows)
        case Gamma(shape=shape, scale=scale):
            return rng.gamma(shape, scale, rows)
        case Beta(a=a, b=b):
            return rng.beta(a, b, rows)
        case Poisson(mean=mean):
            return rng.poisson(mean, rows)
        case Integer(from_=first, to=last):
            return rng.integers(first, last, rows, endpoint=True)
    raise AssertionError("a number has one distribution")


def fitted(params: Number, values: Array) -> Array:
    """Return the values cut to the bounds and rounded.

    Rounding also hides the last bit, in which the mathematical libraries of two machines may differ.
    """
    if params.min is not None or params.max is not None:
        values = np.clip(values, params.min, params.max)
    if params.whole:
        return np.rint(values).astype(np.int64)
    return np.round(values, params.decimals) + 0.0


def _raw(params: Number, make: Make) -> Array:
    values = draw(params, make.rng, make.rows)
    if params.like is None:
        return values
    return correlated(values, make.column(params.like), params.r, generator(child(make.seed, "like")))


def correlated(values: Array, like: Array, r: float, rng: np.random.Generator) -> Array:
    """Return the same values in an order in which their normal scores correlate with those of `like` by `r`.

    A Gaussian copula by ranks (Iman and Conover, 1982): it works with any two distributions, and changes neither.
    """
    ranked = np.empty(len(like))
    ranked[np.argsort(like, kind="stable")] = np.sort(rng.standard_normal(len(like)))
    wanted = r * ranked + math.sqrt(1.0 - r * r) * rng.standard_normal(len(like))
    found = np.empty_like(values)
    found[np.argsort(wanted, kind="stable")] = np.sort(values)
    return found


def _finish(params: Number, values: Array, _make: Make) -> Array:
    return fitted(params, values)


def _make(params: Number, make: Make) -> Array:
    return fitted(params, _raw(params, make))


def _type(params: Number) -> Type:
    return "integer" if params.whole else "real"


def _needs(params: Number) -> tuple[str, ...]:
    return () if params.like is None else (params.like,)


NUMBER = ColumnKind("number", Number, _make, _type, raw=_raw, finish=_finish, needs=_needs)
