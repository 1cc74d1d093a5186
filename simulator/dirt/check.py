"""Check what a scenario's datasets say about each other and about their own columns, before a world fails.

Whether each kind exists and accepts its parameters is checked elsewhere; what does not is ignored here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from scenarios.model import ColumnUse, DatasetSpec, DirtUse
from scenarios.problems import did_you_mean
from scenarios.vocabulary import Mismatch, Params
from simulator.dirt.base import ColumnKind, DirtKind, Type
from simulator.dirt.columns import COLUMNS
from simulator.dirt.columns.ref import Lookup, Ref
from simulator.dirt.expression import Expression
from simulator.dirt.kinds import DIRT

Specs = Mapping[str, DatasetSpec]


def check(specs: Specs) -> Iterator[Mismatch]:
    """Yield names that do not exist, columns made from themselves, and dirt on a type of column that it cannot take."""
    for name, spec in specs.items():
        checked = _One(name, spec, specs)
        yield from checked.columns()
        yield from checked.drift()
        yield from checked.dirt()


def delivered(specs: Specs, dataset: str) -> frozenset[str]:
    """Return the columns of a dataset, including those that its dirt adds, and new names of renamed ones."""
    found = [_dirt(use) for use in specs[dataset].dirt]
    added = {name for one in found if one is not None for name in one[0].adds(one[1])}
    return frozenset(specs[dataset].columns) | added


@dataclass(frozen=True)
class _One:
    """One dataset under check."""

    name: str
    spec: DatasetSpec
    specs: Specs

    def columns(self) -> Iterator[Mismatch]:
        """Yield a mismatch where a column is made from one that does not exist, or from itself."""
        if self.spec.key is not None:
            yield from self._known(("key",), [self.spec.key], self.spec.columns)
        for name, use in self.spec.columns.items():
            if (found := _column(use)) is None:
                continue
            kind, params = found
            loc = ("columns", name, kind.name)
            yield from self._known(loc, kind.needs(params), self.spec.columns)
            for far in kind.far(params):
                yield from self._far(loc, far)
            if (circle := _circle(self.specs, (self.name, name))) is not None:
                yield Mismatch(self._at(loc), f"column {name!r} is made from itself: {' → '.join(circle)}")

    def drift(self) -> Iterator[Mismatch]:
        """Yield a mismatch where a column cannot drift that way, or `by` is not a column of times."""
        for index, drift in enumerate(self.spec.drift):
            loc: tuple[str | int, ...] = ("drift", index)
            yield from self._known((*loc, "column"), [drift.column], self.spec.columns)
            yield from self._known((*loc, "by"), [drift.by], self.spec.columns)
            if type_of(self.specs, self.name, drift.by) not in ("time", None):
                yield Mismatch(self._at((*loc, "by")), f"by: {drift.by!r} is no column of times")
            found = _column(self.spec.columns[drift.column]) if drift.column in self.spec.columns else None
            if found is not None and drift.shape == "ramp" and found[0].raw is None:
                hint = "make it `gradual`"
                yield Mismatch(self._at((*loc, "shape")), f"values of {found[0].name} cannot move on a ramp", hint)

    def dirt(self) -> Iterator[Mismatch]:
        """Yield a mismatch where a column that dirt uses does not exist, or has a type that it cannot corrupt."""
        added: set[str] = set()
        for index, use in enumerate(self.spec.dirt):
            loc: tuple[str | int, ...] = ("dirt", index)
            yield from self._words(loc, use)
            if (found := _dirt(use)) is None:
                continue
            kind, params = found
            here = (*loc, kind.name)
            yield from self._known(here, [*kind.corrupts(params), *kind.reads(params)], self.spec.columns)
            yield from self._takes(here, kind, params)
            yield from self._heeds(loc, kind, use)
            for name in kind.adds(params):
                if name in self.spec.columns or name in added:
                    yield Mismatch(self._at(here), f"there is a column {name!r} already")
                added.add(name)

    def _words(self, loc: tuple[str | int, ...], use: DirtUse) -> Iterator[Mismatch]:
        yield from self._known((*loc, "per"), [use.per] if use.per else [], self.spec.columns)
        yield from self._known((*loc, "by"), [use.by] if use.by else [], self.spec.columns)
        if use.where is not None:
            try:
                names = Expression(use.where).names
            except ValueError as error:
                yield Mismatch(self._at((*loc, "where")), f"where: {error}")
            else:
                yield from self._known((*loc, "where"), sorted(names), self.spec.columns)

    def _takes(self, loc: tuple[str | int, ...], kind: DirtKind, params: Params) -> Iterator[Mismatch]:
        for name in kind.corrupts(params):
            found = type_of(self.specs, self.name, name)
            if found is not None and kind.takes is not None and found not in kind.takes:
                takes = " and ".join(sorted(kind.takes))
                yield Mismatch(self._at(loc), f"{kind.name} strikes {takes}; column {name!r} is {found}", key=True)

    def _heeds(self, loc: tuple[str | int, ...], kind: DirtKind, use: DirtUse) -> Iterator[Mismatch]:
        for word in sorted(use.model_fields_set & {"share", "where", "per", "by"} - kind.words):
            yield Mismatch(self._at((*loc, word)), f"{kind.name} heeds no `{word}`", key=True)

    def _known(self, loc: tuple[str | int, ...], names: Iterable[str], known: Iterable[str]) -> Iterator[Mismatch]:
        for name in names:
            if name not in known:
                yield Mismatch(self._at(loc), f"unknown column {name!r}", did_you_mean(name, known))

    def _far(self, loc: tuple[str | int, ...], far: str) -> Iterator[Mismatch]:
        dataset, _, column = far.partition(".")
        if dataset not in self.specs:
            yield Mismatch(self._at(loc), f"unknown dataset {dataset!r}", did_you_mean(dataset, self.specs))
        elif column not in self.specs[dataset].columns:
            hint = did_you_mean(column, self.specs[dataset].columns)
            yield Mismatch(self._at(loc), f"dataset {dataset!r} has no column {column!r}", hint)

    def _at(self, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
        return (self.name, *loc)


def type_of(specs: Specs, dataset: str, column: str, depth: int = 20) -> Type | None:
    """Return the type of a column, as far as the specifications say."""
    use = specs[dataset].columns.get(column) if dataset in specs else None
    found = _column(use) if use is not None and depth else None
    if found is None:
        return None
    kind, params = found
    if isinstance(params, Ref | Lookup):
        there, _, name = params.column.partition(".")
        return type_of(specs, there, name, depth - 1)
    return kind.type(params)


def _column(use: ColumnUse) -> tuple[ColumnKind, Params] | None:
    names = list(use.kinds)
    if len(names) != 1 or names[0] not in COLUMNS:
        return None
    kind = COLUMNS[names[0]]
    try:
        return kind, kind.params.model_validate(use.kinds[kind.name])
    except ValidationError:
        return None


def _dirt(use: DirtUse) -> tuple[DirtKind, Params] | None:
    names = list(use.kinds)
    if len(names) != 1 or names[0] not in DIRT:
        return None
    kind = DIRT[names[0]]
    try:
        return kind, kind.params.model_validate(use.kinds[kind.name])
    except ValidationError:
        return None


Place = tuple[str, str]


def _circle(specs: Specs, start: Place) -> list[str] | None:
    """Return the path from a column back to itself; None when there is none."""
    ways: list[list[Place]] = [[start]]
    seen: set[Place] = set()
    while ways:
        way = ways.pop()
        for one in _made_from(specs, way[-1]):
            if one == start:
                return [f"{dataset}.{column}" for dataset, column in (*way, one)]
            if one not in seen:
                seen.add(one)
                ways.append([*way, one])
    return None


def _made_from(specs: Specs, place: Place) -> Iterator[Place]:
    dataset, column = place
    use = specs[dataset].columns.get(column) if dataset in specs else None
    found = _column(use) if use is not None else None
    if found is not None:
        kind, params = found
        yield from ((dataset, name) for name in kind.needs(params))
        for far in kind.far(params):
            there, _, name = far.partition(".")
            yield there, name


__all__ = ["check", "type_of"]
