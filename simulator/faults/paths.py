"""Places in a JSON document: the part of JSONPath (RFC 9535) that names places and does not search.

`$.order.lines[*].price`, `$[0]`, `$['with space']`.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator

from scenarios.vocabulary import ANY

_STEP = re.compile(r"\.([A-Za-z_\u0080-\uffff][\w-]*)|\[(\d+|\*)\]|\['([^']+)'\]")

Step = str | int | None
"""A member's name, an index, or None: every item or member."""


def steps(path: str) -> tuple[Step, ...]:
    """Return the steps of a path. Raises `ValueError` where it is none."""
    found: list[Step] = []
    position = 1
    while path[:1] == "$" and position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            break
        name, index, quoted = step.groups()
        found.append(name or quoted or (None if index == "*" else int(index)))
        position = step.end()
    if not found or position < len(path):
        raise ValueError(f"{path!r} is no path to a field, such as $.order.lines[*].price")
    return tuple(found)


def _field(path: str) -> str:
    if not isinstance(steps(path)[-1], str):
        raise ValueError(f"{path!r} does not end in a field's name")
    return path


Path = Annotated[str, AfterValidator(_field)]
"""A path to a member of an object."""


def holders(document: Any, path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Return (object, name) for every place that `path` names; the object may lack the name."""
    *way, name = steps(path)
    for found in _walk(document, way):
        if isinstance(found, dict):
            yield found, str(name)


def _walk(document: Any, way: list[Step]) -> Iterator[Any]:
    if not way:
        yield document
        return
    step, rest = way[0], way[1:]
    if document is ANY:
        yield ANY
    elif step is None:
        below = list(document.values()) if isinstance(document, dict) else document
        for child in below if isinstance(below, list) else ():
            yield from _walk(child, rest)
    elif isinstance(step, int):
        if isinstance(document, list) and step < len(document):
            yield from _walk(document[step], rest)
    elif isinstance(document, dict) and step in document:
        yield from _walk(document[step], rest)


def there(document: Any, path: str) -> bool:
    """Whether a document like this one has the field that `path` names, at whatever index."""
    way: list[Step] = [None if isinstance(step, int) else step for step in steps(path)]
    name = way.pop()
    return any(found is ANY or (isinstance(found, dict) and name in found) for found in _walk(document, way))


def fields(document: Any, at: str = "$") -> Iterator[str]:
    """Yield the path of every field in a document; of a list, those of its items."""
    if isinstance(document, dict):
        for name, value in document.items():
            step = f".{name}" if _STEP.fullmatch(f".{name}") else f"['{name}']"
            yield at + step
            yield from fields(value, at + step)
    elif isinstance(document, list):
        yield from dict.fromkeys(path for item in document for path in fields(item, f"{at}[*]"))
