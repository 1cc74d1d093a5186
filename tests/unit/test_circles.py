"""No module leans on itself by way of others: neither when it is loaded, nor later, nor for types alone."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest


def test_there_is_no_circle_of_imports() -> None:
    graph = grimp.build_graph("labs", "grader", "simulator", "scenarios", cache_dir=None)
    try:
        TopologicalSorter({one: graph.find_modules_directly_imported_by(one) for one in graph.modules}).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' ← '.join(error.args[1])}; a Protocol or a module of their own opens it")
