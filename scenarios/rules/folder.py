"""Rules for the files beside the scenario file."""

from scenarios.folder import bombs
from scenarios.problems import Problem, ScenarioInvalid, did_you_mean, shown
from scenarios.rules.brief import CHECK
from scenarios.rules.context import Context
from scenarios.variants import files, variant_problems, variants


def is_complete(context: Context) -> None:
    """Require a briefing, and the deployment that the learner takes over."""
    if not (context.folder / "briefing.md").is_file():
        _missing(context, "briefing.md", "write what the learner is told")
    workspace = context.folder / "workspace"
    if not workspace.is_dir() or not any(files(workspace)):
        _missing(context, "workspace/", "put the untouched deployment there")


def _missing(context: Context, name: str, suggestion: str) -> None:
    context.problems.append(Problem(str(context.folder), None, None, f"{name} is missing", suggestion))


def variants_fit(context: Context) -> None:
    """Require that solutions and shortcuts can be laid over the workspace."""
    context.problems += variant_problems(context.folder)


def incident_unpacks(context: Context) -> None:
    """Require that the incidents can be unpacked, to a bounded size."""
    context.problems += bombs(context.folder)


def shortcuts_fail_checks(context: Context) -> None:
    """Require that a shortcut names the checks that catch it."""
    try:
        known = variants(context.folder)
    except ScenarioInvalid:
        return
    ids = {check.id for check in context.scenario.checks} | ({CHECK} if context.scenario.brief else set())
    for variant in known.values():
        if variant.shortcut is None or variant.tree is None:
            continue
        for index, name in enumerate(variant.shortcut.fails):
            if name not in ids:
                at = variant.tree.place(("fails", index))
                message = f"unknown check {shown(name)}"
                context.problems.append(Problem(str(variant.file), *at, message, did_you_mean(name, ids)))
