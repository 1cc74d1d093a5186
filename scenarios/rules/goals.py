"""Rules about what a scenario is for: skills and gaps are those that the curriculum explains."""

from scenarios.rules.context import Context


def are_explained(context: Context) -> None:
    """A skill or gap that is misspelt would be one of its own in progress, and none in the curriculum."""
    scenario, words = context.scenario, context.vocabulary
    for name in scenario.skills if words.skills else ():
        context.refer(("skills", name), "skill", name, words.skills, key=True)
    for index, name in enumerate(scenario.gaps if words.gaps else ()):
        context.refer(("gaps", index), "gap", name, words.gaps)
