"""A clause is dropped from SQL that stands in a string: what is chosen, in which order, and what happens to rivals."""

import ast
import re
from collections.abc import Iterator

from labs.verify.mutants.operators.base import Change, Program

_SQL = re.compile(r"\b(SELECT\b.+\bFROM|INSERT\s+INTO|UPDATE\b.+\bSET|DELETE\s+FROM)\b", re.IGNORECASE | re.DOTALL)
_NEXT = r"WHERE|GROUP\s+BY|ORDER\s+BY|LIMIT|FOR\s+UPDATE|ON\s+CONFLICT|RETURNING"
_BEGINS = (r"WHERE", r"AND", r"OR", r"ORDER\s+BY", r"LIMIT", r"FOR\s+UPDATE", r"ON\s+CONFLICT", r"DISTINCT")


def _clause(begin: str) -> re.Pattern[str]:
    """From its first word to the next clause; one with brackets in it is left alone."""
    stops = {"AND": f"AND|OR|{_NEXT}", "OR": f"AND|OR|{_NEXT}", "DISTINCT": r"\w"}.get(begin, _NEXT)
    return re.compile(rf"\b{begin}\b[^()]*?(?=\b(?:{stops})|[)\"']|$)", re.IGNORECASE)


CLAUSES = tuple(map(_clause, _BEGINS))


class DropClause:
    """`SELECT … WHERE done IS NULL ORDER BY id FOR UPDATE` loses one of its three clauses."""

    name = "drop-clause"

    def changes(self, program: Program) -> Iterator[Change]:
        """Each clause of each string that holds SQL."""
        for node in ast.walk(program.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.search(node.value):
                text = program.source(node)
                for found in (one for clause in CLAUSES for one in clause.finditer(text)):
                    yield program.replaced(node, text[: found.start()] + text[found.end() :])
