"""A record from outside: names, types and dates in today's contract, in both directions."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from simulator import seeds
from simulator.parts.rest_api.params import Contract, Resource
from simulator.parts.rest_api.problems import Refused

Record = dict[str, Any]

_DATES: Mapping[str, str] = {
    "iso": "%Y-%m-%dT%H:%M:%S",
    "date": "%Y-%m-%d",
    "german": "%d.%m.%Y",
    "us": "%m/%d/%Y",
    "compact": "%Y%m%d",
}
_WORDS = {True: "yes", False: "no"}
_SWAP = str.maketrans(",.", ".,")
_MOST_IGNORED = 20


class Window:
    """One resource as callers see it, under one contract."""

    def __init__(self, seed: int, resource: Resource, contract: Contract, known: Mapping[str, type]) -> None:
        """Show a resource; `known` has the records' fields with their types, `object` for one that is always null."""
        self._seed = seed
        self._resource = resource
        self._contract = contract
        fields = [name for name in (*known, *contract.required) if name not in contract.drop]
        self._types = dict(known)
        self._outside = {name: contract.rename.get(name, name) for name in dict.fromkeys(fields)}
        self._inside = {outside: name for name, outside in self._outside.items()}

    def inside(self, outside: str) -> str | None:
        """Return the record's own name of a field; None when there is none."""
        return self._inside.get(outside)

    def show(self, key: str, record: Mapping[str, Any], stamp: datetime) -> Record:
        """Return the record as callers get it."""
        shown = {
            outside: self._told(key, name, record.get(name))
            for name, outside in self._outside.items()
            if name in record or name in self._types
        }
        if self._resource.stamp is not None:
            shown[self._resource.stamp] = f"{stamp:%Y-%m-%dT%H:%M:%S}"
        return shown

    def take(self, body: Mapping[str, Any]) -> tuple[Record, list[str]]:
        """Return what a caller wrote as the record's own fields, and the unknown names. Raises `Refused`."""
        taken: Record = {}
        wrong: dict[str, str] = {}
        ignored = []
        for outside, value in body.items():
            name = self._inside.get(outside)
            if name is None:
                if outside != self._resource.stamp:
                    ignored.append(outside[:40])
                continue
            try:
                taken[name] = self._meant(name, value)
            except (ValueError, TypeError, OverflowError) as error:
                wrong[outside] = str(error)
        if ignored and self._contract.unknown == "refuse":
            wrong |= dict.fromkeys(ignored, "unknown field")
        if wrong:
            raise Refused("validation_failed", "The record is not valid.", wrong)
        return taken, ignored[:_MOST_IGNORED]

    def check(self, record: Mapping[str, Any]) -> None:
        """Check that a record has all required fields. Raises `Refused` otherwise."""
        wrong = {
            self._outside.get(name, name): "is required"
            for name in self._contract.required
            if record.get(name) in (None, "")
        }
        if wrong:
            raise Refused("validation_failed", "The record is not valid.", wrong)

    def _told(self, key: str, name: str, value: Any) -> Any:
        if value is None:
            return None
        if formats := self._contract.dates.get(name):
            chosen = formats[seeds.child(self._seed, "date", key, name) % len(formats)]
            return _date_out(value, chosen)
        forms = self._contract.forms(name)
        if not forms:
            return value
        return _FORMS[forms[seeds.child(self._seed, "form", key, name) % len(forms)]][0](value)

    def _meant(self, name: str, value: Any) -> Any:
        if value is None:
            return None
        if name in self._contract.dates:
            return _date_in(value, self._contract.dates[name])
        forms = self._contract.forms(name)  # where there are several, all are read alike
        meant = _FORMS[forms[0]][1](value, self._types.get(name, object)) if forms else value
        wanted = self._types.get(name, object)
        if wanted is float and isinstance(meant, int) and not isinstance(meant, bool):
            return float(meant)
        if wanted is not object and type(meant) is not wanted:
            raise ValueError(f"must be {_TYPES.get(wanted, 'something else')}")
        return meant


_TYPES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}


def _date_out(value: Any, form: str) -> Any:
    try:
        date = datetime.fromisoformat(str(value))
    except ValueError:
        return value  # a date that is none stays as dirty as it is
    return int(date.replace(tzinfo=UTC).timestamp()) if form == "epoch" else date.strftime(_DATES[form])


def _date_in(value: Any, forms: tuple[str, ...]) -> str:
    for form in forms:
        try:
            if form == "epoch":
                date = datetime.fromtimestamp(int(value), UTC).replace(tzinfo=None)
            else:
                date = datetime.strptime(str(value), _DATES[form])
        except (ValueError, TypeError, OverflowError, OSError):
            continue
        return date.isoformat()
    raise ValueError(f"must be a date ({', '.join(forms)})")


def _number(text: str, kind: type) -> Any:
    try:
        found = float(text)
    except ValueError:
        raise ValueError("must be a number") from None
    if not math.isfinite(found):
        raise ValueError("must be a number")
    return int(found) if kind is int else found


def _text_in(value: Any, kind: type) -> Any:
    if not isinstance(value, str):
        raise TypeError("must be text")
    if kind in (int, float):
        return _number(value, kind)
    return value.lower() == "true" if kind is bool else value


def _german_in(value: Any, kind: type) -> Any:
    if not isinstance(value, str):
        raise TypeError("must be text such as 1.234,50")
    return _number(value.replace(".", "").replace(",", "."), kind)


def _cents_in(value: Any, kind: type) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("must be a whole number of cents")
    return value // 100 if kind is int else value / 100


def _words_in(value: Any, _kind: type) -> Any:
    if value not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return value == "yes"


def _numeric(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _german(value: float) -> str:
    return f"{value:,.2f}".translate(_SWAP)


def _german_short(value: float) -> str:
    whole, _, cents = _german(value).partition(",")
    return f"{whole},{cents.rstrip('0')}".rstrip(",")


def _german_plain(value: float) -> str:
    return f"{value:.2f}".translate(_SWAP)


def _of_numbers(shown: Callable[[float], Any]) -> Callable[[Any], Any]:
    return lambda value: shown(value) if _numeric(value) else value


_FORMS: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any, type], Any]]] = {
    "text": (lambda value: str(value).lower() if isinstance(value, bool) else str(value), _text_in),
    "german": (_of_numbers(_german), _german_in),
    "german-short": (_of_numbers(_german_short), _german_in),
    "german-plain": (_of_numbers(_german_plain), _german_in),
    "cents": (_of_numbers(lambda value: round(value * 100)), _cents_in),
    "yes-no": (lambda value: _WORDS[value] if isinstance(value, bool) else value, _words_in),
}
"""For each form, how a value is shown, and how it is read for a field of some type."""
