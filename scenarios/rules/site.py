"""Rules for parts: their parameters, also as phases change them, and the limits that a deployment must act on."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

from scenarios import folder as layout
from scenarios import regular
from scenarios.phases import paces
from scenarios.rules.context import Context, leaves, marked, parameter
from scenarios.rules.datasets import exist as datasets_exist
from scenarios.rules.datasets import have_columns
from scenarios.shape import Loc, shape
from scenarios.tree import Node, Position
from scenarios.vocabulary import Around

LEAST_WALL_S = 2.0
"""Wall seconds below which a deployment cannot act on a simulated limit."""


def parameters_fit(context: Context) -> None:
    """Require that parts exist and accept their parameters."""
    for name, part in context.scenario.site.items():
        loc: Loc = ("site", name, "with")
        if context.refer(("site", name, "part"), "part", part.part, context.vocabulary.parts):
            value = context.fit(loc, context.vocabulary.parts[part.part])
            if value is not None:
                _paths_stay_inside(context, value, loc)
                datasets_exist(context, value, loc)
                have_columns(context, value, loc)


def name_what_is_there(context: Context) -> None:
    """Require that what parameters name in a language of their own is there, such as the columns in a job's SQL."""
    for name, model in _known(context).items():
        value, _ = shape(model, context.block(("site", name, "with")), str(context.path))
        kind = context.scenario.site[name].part
        for mismatch in context.vocabulary.part_mismatches(kind, value, around(context)) if value is not None else ():
            loc: Loc = ("site", name, "with", *mismatch.loc)
            context.problem(loc, mismatch.message, mismatch.suggestion, key=mismatch.key)


def around(context: Context) -> Around:
    """Return what the parameters of a part may refer to."""
    return Around(lambda dataset: _columns(context, dataset), lambda file: _text(context, file))


def _columns(context: Context, dataset: str) -> frozenset[str] | None:
    specs = context.scenario.datasets
    sure = dataset in specs and context.sure(("datasets", dataset))
    return context.vocabulary.delivered(specs, dataset) if sure else None


def _text(context: Context, file: PurePath) -> str | None:
    if leaves(file.as_posix()):
        return None
    try:
        return regular.read(context.folder / "site" / file, layout.TEXT).decode()
    except (OSError, ValueError):
        return None


def _paths_stay_inside(context: Context, value: object, loc: Loc) -> None:
    """Require that parameters for files name files in the scenario's folder `site/`."""
    if isinstance(value, PurePath):
        if leaves(value.as_posix()):
            context.problem(loc, f"'{value}' may leave the scenario's folder")
        elif not (context.folder / "site" / value).is_file():
            context.problem(loc, f"there is no file '{value}' in the scenario's folder site/")
    elif isinstance(value, BaseModel):
        for name, found in value:
            _paths_stay_inside(context, found, (*loc, name))
    elif isinstance(value, dict | list | tuple):
        for index, found in value.items() if isinstance(value, dict) else enumerate(value):
            _paths_stay_inside(context, found, (*loc, index))


def settings_fit(context: Context) -> None:
    """Require that a phase sets only parts of the scenario, and parameters that they accept."""
    for index, phase in enumerate(context.scenario.phases):
        for name in phase.set:
            context.refer(("phases", index, "set", name), "part", name, context.scenario.site, ("site",), key=True)
    for part, model in _known(context).items():
        for index, merged in _effective(context, part):
            own = context.scenario.phases[index].set.get(part)
            if own is None:
                continue
            _none_is_fixed(context, own, model, ("phases", index, "set", part))
            if (value := context.fit_node(merged, model)) is not None:
                new = {name: found for name, found in value if name in own}
                _paths_stay_inside(context, new, ("phases", index, "set", part))
                have_columns(context, value, ("phases", index, "set", part), only=own)


def _none_is_fixed(context: Context, own: Mapping[str, Any], model: type[BaseModel], loc: Loc) -> None:
    """Require that no phase changes a parameter which is fixed for the lap."""
    for name, info in model.model_fields.items():
        extra, key = info.json_schema_extra, info.alias or name
        if isinstance(extra, dict) and extra.get("fixed") and key in own:
            hint = f"say it once, in site.{loc[-1]}.with"
            context.problem((*loc, key), f"{key} is fixed for the lap: no phase can change it", hint, key=True)


def limits_leave_time(context: Context) -> None:
    """Require that simulated limits to act on last at least two wall seconds in every phase."""
    rates = paces(context.scenario.phases)
    for part, model in _known(context).items():
        worst: dict[tuple[Position, Loc], tuple[float, str, float, bool]] = {}
        for index, merged in _effective(context, part):
            value, _ = shape(model, merged, str(context.path))
            for loc, on, simulated in marked(value, "acts_on") if value else ():
                wall = simulated / rates[index] if on and isinstance(simulated, int | float) else 0.0
                at = (merged.place(loc), loc)
                if 0 < wall < worst.get(at, (LEAST_WALL_S,))[0]:
                    written = merged.find(loc) is not None
                    worst[at] = (wall, context.scenario.phases[index].name, rates[index], written)
        for (place, loc), (wall, phase, rate, written) in worst.items():
            context.problem_at(
                place,
                f"{parameter(loc)}{'' if written else ', left at its default,'} lasts {wall:.2g} s of wall time in "
                f"phase {phase!r}; acting on it takes {LEAST_WALL_S:g} s",
                f"make it at least {LEAST_WALL_S * rate / 60:.3g}m sim, or let the phase simulate less",
            )


def _known(context: Context) -> dict[str, type[BaseModel]]:
    parts = context.vocabulary.parts
    return {
        name: parts[part.part]
        for name, part in context.scenario.site.items()
        if part.part in parts and not context.tree.echoes(("site", name, "with"))
    }


def _effective(context: Context, part: str) -> Iterator[tuple[int, Node]]:
    """Yield (phase's index, effective parameters): the phase's own, over those of shifts so far, over the part's."""
    held = context.block(("site", part, "with"))
    for index, phase in enumerate(context.scenario.phases):
        own = context.tree.find(("phases", index, "set", part))
        if own is not None and context.tree.echoes(("phases", index, "set", part)):
            own = None
        merged = _over(own, held) if own is not None else held
        if phase.shift:
            held = merged
        yield index, merged


def _over(upper: Node, lower: Node) -> Node:
    values = [node.value if isinstance(node.value, dict) else {} for node in (lower, upper)]
    return Node({**values[0], **values[1]}, upper.at, upper.key)
