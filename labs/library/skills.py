"""The skills of a forward deployed engineer, as scenarios name them in `skills:` and the curriculum explains them."""

from functools import cache


@cache
def titles() -> dict[str, str]:
    """Titles by name, in the curriculum's order. Raises `ScenarioProblems` where its file is broken."""
    from labs.library.curriculum.load import curriculum

    return {name: skill.title for name, skill in curriculum().goals.skills.items()}


def title(name: str) -> str:
    """How a skill is called where people read it; exams of earlier scenarios may have others than the curriculum."""
    return titles().get(name, name.replace("-", " ").capitalize())
