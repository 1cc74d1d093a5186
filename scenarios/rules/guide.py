"""Rules for the tips that a scenario gives newcomers."""

from scenarios.guide import GUIDE, MILESTONES, Guide
from scenarios.problems import Problem, ScenarioInvalid
from scenarios.rules.context import Context
from scenarios.shape import load_model


def leads_on(context: Context) -> None:
    """Require that a guide has the right shape, and that its tips follow the order of an engagement."""
    file = context.folder / GUIDE
    if not file.is_file():
        return
    try:
        guide, tree = load_model(Guide, file)
    except ScenarioInvalid as invalid:
        context.problems += invalid.problems
        return
    before = -1
    for index, tip in enumerate(guide.tips):
        last = index == len(guide.tips) - 1
        place = tree.place(("tips", index, "until") if tip.until else ("tips", index))
        turn = len(MILESTONES) if tip.until is None else MILESTONES.index(tip.until)
        if tip.until is None and not last:
            text, advice = "nothing ends this tip, so those after it are never shown", "give it an `until`"
        elif turn <= before:
            text, advice = f"{tip.until} is not later than the tip before it", f"the order is {', '.join(MILESTONES)}"
        else:
            before = turn
            continue
        context.problems.append(Problem(str(file), *place, text, advice))
