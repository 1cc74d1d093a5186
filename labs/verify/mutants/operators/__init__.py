"""The ways to change a program: mutmut's for Python itself, and ours for what a hurried engineer leaves out."""

from labs.verify.mutants.operators.base import Change, Operator
from labs.verify.mutants.operators.constant_field import ConstantField
from labs.verify.mutants.operators.decide_always import DecideAlways
from labs.verify.mutants.operators.drop_argument import DropArgument
from labs.verify.mutants.operators.drop_clause import DropClause
from labs.verify.mutants.operators.drop_guard import DropGuard
from labs.verify.mutants.operators.drop_statement import DropStatement
from labs.verify.mutants.operators.python import python_operators
from labs.verify.mutants.operators.return_early import ReturnEarly
from labs.verify.mutants.operators.swallow import Swallow
from labs.verify.mutants.operators.try_once import TryOnce

__all__ = ["OURS", "Change", "Operator", "operators"]

OURS: tuple[Operator, ...] = (
    ConstantField(), DecideAlways(), DropArgument(), DropClause(), DropGuard(), DropStatement(), ReturnEarly(),
    Swallow(), TryOnce(),
)  # fmt: skip
"""Those of this package."""


def operators() -> tuple[Operator, ...]:
    """All of them. Raises `UsageProblem` where mutmut is not installed."""
    return (*python_operators(), *OURS)
