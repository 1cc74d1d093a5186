"""What the shell offers at Tab: engagements, checks, people, phases, services, deployments, formats, words.

Somebody waits with a finger on the key, so only names are read, and nothing is validated; where nothing can be read,
nothing is offered.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

from labs.base import paths

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
_TITLE = re.compile(r"^title: *(.+)$", re.MULTILINE)


def _offers(names: Callable[[click.Context], Iterator[tuple[str, str]]]) -> Completer:
    """Return a completer from what yields names, and what is said about each."""

    @wraps(names)
    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            found = list(names(ctx))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return []
        return [CompletionItem(name, help=about or None) for name, about in found if name.startswith(incomplete)]

    return complete


def engagements(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the library's scenarios; a path where one is begun."""
    if incomplete.startswith(("/", ".", "~")) or "/" in incomplete:
        return [CompletionItem(incomplete, type="dir")]
    names = sorted(folder.parent.name for folder in paths.library().glob("*/scenario.yaml"))
    return [CompletionItem(name, help=_titled(name)) for name in names if name.startswith(incomplete)]


def _titled(name: str) -> str | None:
    found = _TITLE.search((paths.library() / name / "scenario.yaml").read_text("utf-8", "replace"))
    return found[1].strip("\"'") if found else None


@_offers
def checks(_: click.Context) -> Iterator[tuple[str, str]]:
    """Those of the engagement that one is in which have a hint."""
    for check in _here()["checks"]:
        if check.get("hint") and not check.get("hidden"):
            yield check["id"], str(check.get("says", ""))


@_offers
def phases(_: click.Context) -> Iterator[tuple[str, str]]:
    """Those of the engagement that one is in which have begun: what is to come, one is not told."""
    from labs.world.begun import begun

    session = _session()
    known = begun(paths.worlds() / session / "events.jsonl") if session else ()
    for phase in _here()["phases"]:
        if phase["name"] in known:
            yield phase["name"], "" if phase.get("graded", True) else "not graded"


def every_phase(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return those of the scenario that is named before, for authors; after a comma another one."""
    before, comma, begun = incomplete.rpartition(",")
    named = before.split(",")
    try:
        names = [name for name in _phases(_read(_of(ctx))["phases"]) if name not in named]
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return []
    return [CompletionItem(f"{before}{comma}{name}") for name in names if name.startswith(begun)]


def _phases(written: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the names of phases as a scenario's file has them, those of a shuffle too."""
    for one in written:
        if "shuffle" in one:
            yield from _phases(one["shuffle"])
        else:
            yield one["name"]


@_offers
def people(_: click.Context) -> Iterator[tuple[str, str]]:
    """Those of the engagement that one is in."""
    for key, person in _here().get("people", {}).items():
        yield key, f"{person['name']}, {person['role']}"


@_offers
def services(_: click.Context) -> Iterator[tuple[str, str]]:
    """Those of the deployment of the engagement that one is in."""
    for name in _here()["deployment"]["services"]:
        yield name, ""


@_offers
def parts(_: click.Context) -> Iterator[tuple[str, str]]:
    """Those of the site of the engagement that one is in."""
    for name, part in _here().get("site", {}).items():
        yield name, str(part["part"])


@_offers
def laps(_: click.Context) -> Iterator[tuple[str, str]]:
    """Yield the incident, and the laps of the engagement's world that are kept."""
    yield "incident", "the bad day"
    session = _session()
    for lap in sorted((paths.worlds() / session / "laps").glob("*")) if session else ():
        yield lap.name, ""


@_offers
def artefacts(_: click.Context) -> Iterator[tuple[str, str]]:
    """Yield what the incident of the engagement that one is in holds."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / paths.MARK / "engagement.json").is_file():
            incident = folder / "incident"
            for file in sorted(incident.rglob("*")):
                if file.is_file() and file.parent != incident:
                    yield str(file.relative_to(incident)), ""


@_offers
def sessions(_: click.Context) -> Iterator[tuple[str, str]]:
    """Worlds of this machine that this user may end."""
    from labs.world import keepers

    for keeper in keepers.living():
        if keeper.mine:
            yield keeper.session, f"world of {keeper.user}"


@_offers
def deployments(ctx: click.Context) -> Iterator[tuple[str, str]]:
    """Those that ship with the scenario that is named before, or else with that of the engagement that one is in."""
    yield from _deployments(ctx)


def _of(ctx: click.Context) -> Path:
    # Behind an option without its value, click has not told arguments apart yet.
    named = ctx.params.get("scenario") or next(iter(ctx.args), None)
    return _folder(named) if named else _engagement()


def _deployments(ctx: click.Context) -> Iterator[tuple[str, str]]:
    folder = _of(ctx)
    yield "untouched", "as it is handed over"
    yield "reference", "a correct solution"
    if (folder / "solution-alt").is_dir():
        yield "alternative", "another correct solution"


@_offers
def every_deployment(ctx: click.Context) -> Iterator[tuple[str, str]]:
    """Yield the same with the shortcuts, whose names tell what tempts: for authors."""
    yield from _deployments(ctx)
    for shortcut in sorted(_of(ctx).glob("shortcuts/*/")):
        yield f"shortcut:{shortcut.name}", "a tempting wrong fix"


@_offers
def modules(_: click.Context) -> Iterator[tuple[str, str]]:
    """Those of the curriculum."""
    for page in sorted((paths.curriculum() / "modules").glob("*.md")):
        yield page.stem, page.read_text("utf-8").partition("\n")[0].lstrip("# ")


def formats(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Of reports; after a comma another one."""
    from grader.reports.formats import FORMATS

    before, comma, begun = incomplete.rpartition(",")
    named = before.split(",")
    return [
        CompletionItem(f"{before}{comma}{name}") for name in FORMATS if name.startswith(begun) and name not in named
    ]


def words(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Name all that scenarios may say: parts, workloads, faults, measures, tables; after a dot, blocks within one."""
    from labs.library.reference import blocks
    from labs.library.reference import words as known

    about = {word["name"]: f"{word['kind']}: {word['about'].partition('. ')[0]}" for word in known()}
    name, dot, _ = incomplete.partition(".")
    if dot and name in about:
        about = {f"{name}.{block}": "" for block in blocks(name)}
    return [CompletionItem(one, help=said) for one, said in about.items() if one.startswith(incomplete)]


@add_completion_class
class Bash(BashComplete):
    """Bash parts words at colons, so that of `shortcut:name` only what is behind the colon is being typed."""

    _lead = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Words as they were typed, and the one that is not complete yet."""
        args, incomplete = super().get_completion_args()
        whole: list[str] = []
        for word in (*args, incomplete):
            joins = bool(whole) and (word == ":" or whole[-1].endswith(":"))
            whole = [*whole[:-1], whole[-1] + word] if joins else [*whole, word]
        self._lead = "".join(whole[-1].rpartition(":")[:2])
        return whole[:-1], whole[-1]

    def format_completion(self, item: CompletionItem) -> str:
        """Without what stands before the colon already."""
        return f"{item.type},{item.value.removeprefix(self._lead)}"


def _here() -> dict[str, Any]:
    """Return what the scenario's file says of the engagement that one is in."""
    return _read(_engagement())


def _read(folder: Path) -> dict[str, Any]:
    """Return what the file of the scenario in a folder says."""
    import yaml

    text = (folder / "scenario.yaml").read_bytes()
    try:
        read: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        raise ValueError from error
    return read


def _engagement() -> Path:
    """Return the scenario's folder of the engagement that one is in. Raises `LookupError` outside of one."""
    state = _state()
    if state is None:
        raise LookupError
    return _folder(state["scenario"])


def _session() -> str | None:
    """Return the session of its world, the last one where it has ended."""
    state = _state()
    return state.get("session") if state is not None else None


def _state() -> dict[str, Any] | None:
    """Read what the engagement that one is in keeps of itself; None outside of one."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        file = folder / paths.MARK / "engagement.json"
        if file.is_file():
            kept: dict[str, Any] = json.loads(file.read_bytes())
            return kept
    return None


def _folder(scenario: str) -> Path:
    """As `labs.library.catalogue` finds it."""
    own = paths.library() / scenario
    given = own if (own / "scenario.yaml").is_file() else Path(scenario).expanduser()
    return given.parent if given.is_file() else given
