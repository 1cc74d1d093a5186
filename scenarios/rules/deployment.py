"""Rules for names, and for the deployment."""

import re
from collections.abc import Iterator

from scenarios.problems import Related
from scenarios.rules.context import Context, leaves
from scenarios.shape import Loc

RESERVED = frozenset({"field", "site", "clock", "control", "dns", "host", "port", "tests"})
"""Names that every world uses for a process, an endpoint or a variable in a service's environment."""

_WORD = re.compile(r"[a-z][a-z0-9-]*")
_HOSTS: tuple[Loc, ...] = (("site",), ("deployment", "services"))
_NAMED: tuple[Loc, ...] = (*_HOSTS, ("traffic",), ("people",))


def _names(context: Context, groups: tuple[Loc, ...]) -> Iterator[tuple[Loc, str]]:
    for group in groups:
        value = context.block(group).value
        for name in value if isinstance(value, dict) else ():
            yield (*group, name), name


def names_are_words(context: Context) -> None:
    """Require names that can be host names, variables and file names."""
    for loc, name in _names(context, _NAMED):
        if not _WORD.fullmatch(name) or len(name) > 40:
            context.problem(
                loc, f"{name!r} cannot be a name", "use small letters, digits and hyphens, a letter first", key=True
            )
    for index, phase in enumerate(context.scenario.phases):
        if not _WORD.fullmatch(phase.name):
            context.problem(
                ("phases", index, "name"),
                f"{phase.name!r} cannot be a name",
                "use small letters, digits and hyphens, a letter first",
            )


def names_are_free(context: Context) -> None:
    """Require that no two parts or services have the same name, because they are reached under it."""
    first: dict[str, Loc] = {}
    for loc, name in _names(context, _HOSTS):
        if name in RESERVED or name.startswith(("site-", "ingress-", "clock-")):
            context.problem(loc, f"the name {name!r} is taken: every world has one of its own", key=True)
        elif name in first:
            related = Related(*context.tree.place(first[name], key=True), "the part")
            context.problem(loc, f"a part and a service are both named {name!r}", key=True, related=related)
        first.setdefault(name, loc)


def uses_are_parts(context: Context) -> None:
    """Require that a service uses only parts."""
    for name, service in context.scenario.deployment.services.items():
        for index, part in enumerate(service.uses):
            context.refer(
                ("deployment", "services", name, "uses", index), "part", part, context.scenario.site, ("site",)
            )


def tests_stay_inside(context: Context) -> None:
    """Require that the workspace's tests are below the workspace."""
    tests = context.scenario.deployment.tests
    if tests is not None and leaves(tests.folder):
        context.problem(("deployment", "tests", "folder"), f"{tests.folder!r} may leave the workspace", "write tests")


def editable_stays_inside(context: Context) -> None:
    """Require that editable paths stay within the workspace."""
    for index, glob in enumerate(context.scenario.deployment.editable):
        if not glob or leaves(glob):
            context.problem(
                ("deployment", "editable", index),
                f"{glob!r} may leave the workspace",
                "write a path below the workspace, such as app/**",
            )
