"""Every table of an evidence folder with every column: what all worlds write, and what parts and workloads add."""

from collections.abc import Iterable

from simulator.evidence.struck import STRUCK
from simulator.evidence.tables import CORE, EXAMINER, Table
from simulator.parts import PARTS
from simulator.workloads import WORKLOADS
from tests.pages.blocks import table


def core() -> str:
    """The tables that every world writes, and the one that is computed."""
    return _sections((*CORE, STRUCK), "###")


def facts() -> str:
    """The tables of each part and workload. A table that several write is shown with the first, and named with all."""
    told, seen = [], set[str]()
    for noun, kinds in (("part", PARTS), ("workload", WORKLOADS)):
        for name, kind in kinds.items():
            new = [one for one in kind.tables if one.name not in seen]
            also = [f"`{one.name}`" for one in kind.tables if one.name in seen]
            seen |= {one.name for one in new}
            note = f"Also {', '.join(also)}, shown above.\n\n" if also else ""
            none = "Writes no table of its own.\n" if not kind.tables else ""
            told.append(f"### {noun.title()} {name}\n\n{note}{none}{_sections(new, '####')}")
    return "\n".join(told)


def undocumented() -> list[str]:
    """Tables and columns that say nothing of themselves."""
    own = [one for kinds in (PARTS, WORKLOADS) for kind in kinds.values() for one in kind.tables]
    every = {one.name: one for one in (*CORE, STRUCK, *own)}.values()
    silent = [one.name for one in every if not one.about]
    return silent + [f"{one.name}.{column.name}" for one in every for column in one.columns if not column.about]


def _sections(tables: Iterable[Table], title: str) -> str:
    return "\n".join(_section(one, title) for one in tables)


def _whose(one: Table) -> str:
    """Say what the columns do not: which rows there are, and what is masked."""
    if one.whose == EXAMINER:
        return "Which rows there are, only the examiner knows.\n\n"
    if one.mask is None:
        return ""
    instead = ", ".join(f"`{name}` {'null' if new is None else new}" for name, new in one.mask.instead.items())
    return f"Where `{one.mask.column}` is {one.mask.value}, the customer has {instead}.\n\n"


def _section(one: Table, title: str) -> str:
    whole = " Graded on whole laps alone." if one.settled else ""
    clock = f" A row belongs to the phase of its `{one.clock}`." if one.clock != "at" else ""
    rows = [(f"`{c.name}`", c.type, c.whose or "", c.about) for c in one.columns]
    about = one.about[0].upper() + one.about[1:]
    return (
        f"{title} {one.name}\n\n{about}.{clock}{whole}\n\n{_whose(one)}{table(('Column', 'Type', 'Whose', ''), rows)}"
    )
