"""Rules for datasets: how their columns are generated, and what corrupts them."""

from collections.abc import Container, Iterator, Mapping

from pydantic import BaseModel

from scenarios.model import ColumnUse, DirtUse
from scenarios.problems import did_you_mean, shown
from scenarios.rules.context import Context, marked, parameter
from scenarios.shape import Loc
from scenarios.vocabulary import Named, Params


def names_are_words(context: Context) -> None:
    """Require that column names are words of letters, digits and underscores, for use in expressions."""
    for name, spec in context.scenario.datasets.items():
        for column in spec.columns:
            if not column.isidentifier():
                loc = ("datasets", name, "columns", column)
                context.problem(loc, f"{shown(column)} is no name for a column", "use letters, digits and _", key=True)


def columns_are_of_one_kind(context: Context) -> None:
    """Require that one key names a column's kind, and that its parameters fit."""
    for name, spec in context.scenario.datasets.items():
        for column, use in spec.columns.items():
            loc = ("datasets", name, "columns", column)
            _one_kind(context, loc, use, "kind of column", context.vocabulary.columns)


def drifts_fit(context: Context) -> None:
    """Require that a drift's new parameters fit the column's kind."""
    for name, spec in context.scenario.datasets.items():
        for index, drift in enumerate(spec.drift):
            kind = next(iter(spec.columns[drift.column].kinds), "") if drift.column in spec.columns else ""
            if kind in context.vocabulary.columns:
                context.fit(("datasets", name, "drift", index, "to"), context.vocabulary.columns[kind])


def dirt_is_of_one_kind(context: Context) -> None:
    """Require that one key names the kind of dirt, and that its parameters fit."""
    for name, spec in context.scenario.datasets.items():
        for index, use in enumerate(spec.dirt):
            _one_kind(context, ("datasets", name, "dirt", index), use, "kind of dirt", context.vocabulary.dirt)


def hang_together(context: Context) -> None:
    """Require that columns and datasets which others refer to exist, and have a suitable type."""
    for mismatch in context.vocabulary.dataset_mismatches(context.scenario.datasets):
        context.problem(("datasets", *mismatch.loc), mismatch.message, mismatch.suggestion, key=mismatch.key)


def exist(context: Context, value: BaseModel, loc: Loc) -> None:
    """Require that datasets named by parameters exist.

    Such fields are marked `names: dataset`, and have one name, a list or a mapping.
    """
    for place, noun, found in marked(value, "names"):
        if noun == "dataset":
            for key, name in _names(found):
                context.refer((*loc, *place, *key), "dataset", name, context.scenario.datasets, ("datasets",))


def have_columns(context: Context, value: BaseModel, loc: Loc, only: Container[str] | None = None) -> None:
    """Require that dataset columns named by parameters exist; with `only`, check just parameters of these names."""
    for one in value.named() if isinstance(value, Params) else ():
        known = _known_columns(context, one) if only is None or one.loc[0] in only else None
        if known is None or one.column in known:
            continue
        place = (*loc, *one.loc)
        what = f"dataset {one.dataset!r} has no column" if one.dataset is not None else "no record has a field"
        why = f", which {one.reader} reads" if one.reader else ""
        if not one.reader and context.tree.find(place) is None:
            why = f", the default of {parameter(place)!r}"
        context.problem(place, f"{what} {shown(one.column)}{why}", did_you_mean(one.column, known), key=one.key)


def _known_columns(context: Context, one: Named) -> frozenset[str] | None:
    """Return the names that a column may have; None when the dataset itself has a problem."""
    specs = context.scenario.datasets
    if one.dataset is None:
        return one.also
    if one.dataset not in specs or not context.sure(("datasets", one.dataset)):
        return None
    columns = frozenset(specs[one.dataset].columns) if one.clean else context.vocabulary.delivered(specs, one.dataset)
    return columns | one.also


def _names(found: object) -> Iterator[tuple[Loc, str]]:
    if isinstance(found, str):
        yield (), found
    elif isinstance(found, Mapping):
        yield from (((str(key),), name) for key, name in found.items() if isinstance(name, str))
    elif isinstance(found, list | tuple):
        yield from (((index,), name) for index, name in enumerate(found) if isinstance(name, str))


def _one_kind(
    context: Context, loc: Loc, use: ColumnUse | DirtUse, noun: str, known: Mapping[str, type[BaseModel]]
) -> None:
    kinds = list(use.kinds)
    if not kinds:
        context.problem(loc, f"no {noun} is named here", did_you_mean("", known), key=True)
    right = next((kind for kind in kinds if kind in known), None)
    for kind in kinds:
        if kind not in known:
            words = [*known, *(type(use).model_fields if right else ())]
            context.problem((*loc, kind), f"unknown {noun} {shown(kind)}", did_you_mean(kind, words), key=True)
        elif kind != right:
            context.problem((*loc, kind), f"a second {noun}, {kind!r}, beside {right!r}", key=True)
        else:
            context.fit((*loc, kind), known[kind])
