"""Load a scenario as an older version of fdelab wrote it into evidence, although it may be forbidden today.

Evidence is judged by the scenario that the lap was run with. Bounds keep authors from writing what cannot be run; a lap
that was run needs none of them.
"""

import types
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

M = TypeVar("M", bound=BaseModel)


def revived(model: type[M], data: Any) -> M:
    """Return `data` as a `model`: keys that it no longer has are left out, values that it refuses today stay.

    Raises `ValidationError` when something indispensable is missing.
    """
    try:
        return model.model_validate(data)
    except ValidationError:
        if not isinstance(data, Mapping) or _misses(model, data):
            raise
    keys = {name: info.alias or name for name, info in model.model_fields.items()}
    values = {name: _value(model.model_fields[name].annotation, data[key]) for name, key in keys.items() if key in data}
    if model.model_config.get("extra") == "allow":
        values |= {key: value for key, value in data.items() if key not in keys.values()}
    return model.model_construct(**values)


def _misses(model: type[BaseModel], data: Mapping[str, Any]) -> bool:
    needed = (info.alias or name for name, info in model.model_fields.items() if info.is_required())
    return any(key not in data for key in needed)


def _value(annotation: Any, value: Any) -> Any:
    """Return the value of a field of that type, with what lies within it, as far as it fits."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(args[0], value)
    if origin in (Union, types.UnionType):
        fitting = next((one for one in args if _holds(one, value)), None)
        return value if fitting is None else _value(fitting, value)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return revived(annotation, value)
    if origin is dict and isinstance(value, Mapping):
        return {key: _value(args[1], one) for key, one in value.items()}
    if origin is list and isinstance(value, list):
        return [_value(args[0], one) for one in value]
    try:
        return TypeAdapter(annotation).validate_python(value)
    except ValidationError:
        return value


def _holds(annotation: Any, value: Any) -> bool:
    """Whether a value can be of that kind, regardless of bounds: a block, a list, a plain value, nothing."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if value is None or annotation is type(None):
        return value is None and annotation is type(None)
    kind = get_origin(annotation) or annotation
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return isinstance(value, Mapping)
    return (kind in (dict, list) and isinstance(value, kind)) or kind not in (dict, list)
