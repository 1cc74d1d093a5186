"""The operators of cosmic-ray, a mutation library for Python, of which its own test loop is not used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from labs.base.errors import UsageProblem
from labs.verify.mutants.operators.base import Change, Program

_INSTALL = "install the project with its extra: pip install 'fdelab[authoring]', or make setup"


@dataclass(frozen=True)
class PythonOperator:
    """One of cosmic-ray's: `given` is its class."""

    title: str
    given: Any

    @property
    def name(self) -> str:
        """Its family: the eleven ways to replace a plus are one."""
        return self.title.partition("_")[0]

    def changes(self, program: Program) -> Iterator[Change]:
        """Yield the program once for each place, in the order of the library's walk, by which it counts them."""
        from cosmic_ray.ast import ast_nodes, get_ast
        from cosmic_ray.mutating import mutate_code

        operator = self.given()
        places = (place for node in ast_nodes(get_ast(program.text)) for place in operator.mutation_positions(node))
        for number, ((line, column), _) in enumerate(places):
            text = mutate_code(program.text, operator, number)
            if text is not None:
                yield Change(line, column, text)


def python_operators() -> Sequence[PythonOperator]:
    """Those that need no arguments. Raises `UsageProblem` where cosmic-ray is not installed."""
    try:
        from cosmic_ray.operators.provider import OperatorProvider
    except ModuleNotFoundError:
        raise UsageProblem("this install has no cosmic-ray, which makes mutants", _INSTALL) from None
    provider = OperatorProvider()
    return [PythonOperator(name, provider[name]) for name in provider if not provider[name].arguments()]
