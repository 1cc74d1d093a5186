"""One learner with one scenario: a folder of theirs, found from anywhere inside it as git finds a repository.

    promise-dates/
        workspace/              the deployment, theirs to change: a git repository
        incident/               evidence of one lap with the untouched deployment, and what is left of it, read-only
        briefing.md
        .fdelab/engagement.json

Only `workspace` is ever changed by the learner, and nothing there by us.
"""

import contextlib
import fcntl
import json
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from labs.base import git, paths
from labs.base.errors import SubmissionInvalid, UsageProblem
from labs.base.files import make_read_only, remove_tree
from labs.library.catalogue import UNTOUCHED, Entry, find
from labs.world import endings
from labs.world.client import World
from scenarios.folder import text as page
from simulator.evidence.errors import EvidenceError
from simulator.files import write_json

if TYPE_CHECKING:
    from labs.world.keepers import Keeper

FORMAT = 1
MARK = paths.MARK
"""Folder within an engagement's that makes it one."""
_SESSION = re.compile("[0-9a-f]{8}")


@dataclass
class Engagement:
    """What is remembered of an engagement; whoever changes it does so within `changing`."""

    folder: Path
    scenario: str
    """Slug, or the scenario folder's path for one that is not in the library."""
    seed: int
    """From which the seeds of practice laps come; exams draw their own."""
    dealt: int = 1
    """Which of the scenario's incidents it got."""
    session: str | None = None
    """The world that it left running, when it did."""
    home: dict[str, str] | None = None
    """Where that world is: its `state` folder, the `user` who started it, and the `host`."""
    runtime: str = "auto"
    hints: list[str] = field(default_factory=list)
    """Checks whose hint was asked for."""
    revealed: list[str] = field(default_factory=list)
    """What people told the learner."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    """What people were asked, as `labs.engagement.asked` reads it."""
    requests: dict[str, str] = field(default_factory=dict)
    """By person who asked the learner for something: `open`, `accept` or `refuse`."""

    @property
    def workspace(self) -> Path:
        """The deployment's files, as the learner has them."""
        return self.folder / "workspace"

    def submission(self) -> Path:
        """Return the workspace, to be taken. Raises `SubmissionInvalid` when it is gone."""
        if not self.workspace.is_dir():
            raise SubmissionInvalid(f"{self.workspace} is gone", "fdelab start puts it back as it was handed over")
        return self.workspace

    @property
    def incident(self) -> Path:
        """The evidence that the learner may investigate."""
        return self.folder / "incident"

    def entry(self) -> Entry:
        """Return the scenario. Raises `UsageProblem` when it is not there any more, or is not valid."""
        return find(self.scenario)

    def save(self) -> None:
        """Write all of it, whatever was there: for a new one. Everything else is a change, for `changing`."""
        (self.folder / MARK).mkdir(exist_ok=True)
        facts = {name: value for name, value in vars(self).items() if name != "folder"}
        write_json(_file(self.folder), {"format": FORMAT, **facts})

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """Change what is remembered, on top of what other commands have remembered meanwhile, and save it.

        Others wait for the block: it is for setting fields, and nothing that takes time.
        """
        with (self.folder / MARK / "changing").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            vars(self).update(vars(self.load(self.folder)))
            yield
            self.save()

    def take_hint(self, check: str) -> bool:
        """Remember that a check's hint was taken; False: it was before."""
        with self.changing():
            new = check not in self.hints
            if new:
                self.hints.append(check)
        return new

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the engagement in `folder`. Raises `UsageProblem` when its file cannot be read."""
        file = _file(folder)
        try:
            facts: dict[str, Any] = json.loads(file.read_bytes())
            if facts.pop("format") != FORMAT:
                raise UsageProblem(f"{file} is of another version of fdelab", "start the engagement in a new folder")
            found = cls(folder, **facts)
            found._distrust()
            return found
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise UsageProblem(f"{file} cannot be read", "start the engagement in a new folder") from None

    def _distrust(self) -> None:
        """Check what was read: the file lies in a folder that somebody else may have prepared.

        It must not lead out of ours. Raises `ValueError`, and what comes of values of another type.
        """
        self.dealt = int(self.dealt)
        if self.dealt < 1:
            raise ValueError(self.dealt)
        if self.session is not None and not _SESSION.fullmatch(self.session):
            raise ValueError(self.session)
        if self.home is not None:
            self.home = {name: str(self.home[name]) for name in ("state", "user", "host")}

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Be the one command that changes its world; what another one remembered meanwhile is read first.

        Raises `UsageProblem` while another command is at it.
        """
        with (self.folder / MARK / "lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UsageProblem(
                    f"another fdelab command is at work on {self.folder}", "wait until it has ended"
                ) from None
            vars(self).update(vars(self.load(self.folder)))
            yield

    def world(self) -> World | None:
        """Its live world, when there is one, in whichever state folder."""
        if self.session is None:
            return None
        world = World.find(self.session)
        if not world.alive():
            there = self.keeper()
            world = World(there.folder) if there is not None else world
        return world if world.alive() else None

    def keeper(self) -> "Keeper | None":
        """Who keeps its world in a state folder that is not ours, as far as that can be seen from here.

        The file that names it lies in a folder that somebody else may have prepared. So it is believed only where a
        living keeper says the same, and keeps a world in a folder of its own user.
        """
        if self.session is None or self.home is None or self.home["state"] == str(paths.state()):
            return None
        from labs.world import keepers

        named = Path(self.home["state"]) / "worlds" / self.session
        return next((one for one in keepers.living() if one.folder == named and one.owns_folder()), None)

    def live(self) -> World:
        """Its live world. Raises `UsageProblem` when none is up, or when it is another user's."""
        world = self.world()
        if world is None:
            self.out_of_reach()
            why = endings.why(World.find(self.session)) if self.session else None
            raise UsageProblem(
                f"no world of this engagement is running{f': {why}' if why else ''}", "bring it up: fdelab start"
            )
        return world

    def out_of_reach(self) -> None:
        """Refuse a world that lives and is another user's. Raises `UsageProblem`."""
        there = self.keeper()
        if there is not None and not there.mine:
            raise UsageProblem(f"its world runs, and is another user's: {there.told()}", there.remedy())


def _file(folder: Path) -> Path:
    return folder / MARK / "engagement.json"


def current(start: Path | None = None) -> Engagement | None:
    """Return the engagement that the working folder belongs to, searching upward; None where it belongs to none.

    Raises `UsageProblem` where the working folder itself is gone.
    """
    try:
        here = (start or Path.cwd()).resolve()
    except FileNotFoundError:
        raise UsageProblem("the folder that you are in was removed", "go to one that is there") from None
    for folder in (here, *here.parents):
        if _file(folder).is_file():
            return Engagement.load(folder)
    return None


def required(start: Path | None = None) -> Engagement:
    """Return the engagement here. Raises `UsageProblem` when the working folder belongs to none."""
    found = current(start)
    if found is None:
        raise UsageProblem(
            "this folder belongs to no engagement", "go to the folder that `fdelab start ENGAGEMENT` made, or run that"
        )
    return found


def begin(entry: Entry, folder: Path, runtime: str | None = None, seed: int | None = None) -> tuple[Engagement, bool]:
    """Make the engagement's folder, or find the one that is there; says whether it is new.

    What is missing of one that is there is put back as it was handed over; what is there stays as it is. What is dealt
    to a new one, and its practice, comes of `seed`; left out: drawn.
    Raises `UsageProblem` when the folder holds anything else.
    """
    folder = folder.expanduser().resolve()
    if _file(folder).is_file():
        there = Engagement.load(folder)
        if there.entry().folder != entry.folder:
            raise UsageProblem(f"{folder} is an engagement with {there.scenario}", "give another folder")
        if runtime is not None and runtime != there.runtime:
            with there.changing():
                there.runtime = runtime
        with there.locked():
            _fill(there, entry)
        return there, False
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageProblem(f"{folder} exists and is not empty", f"give another folder: fdelab start {entry.name} DIR")
    seed = secrets.randbits(31) if seed is None else seed
    made = Engagement(folder, entry.name, seed, entry.deal(seed), runtime=runtime or "auto")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made.save()
    except OSError as error:
        raise UsageProblem(f"{folder} cannot be made: {error.strerror}", "give another folder") from None
    with made.locked():
        _fill(made, entry)
    return made, True


def _fill(engagement: Engagement, entry: Entry) -> None:
    """Put there what is not there, each thing whole or not at all: whoever is interrupted can start again."""
    briefing = engagement.folder / "briefing.md"
    if not engagement.workspace.exists():
        draft = _draft(engagement, "workspace")
        entry.materialise(UNTOUCHED, draft, engagement.seed, engagement.dealt)
        if git.available():
            git.first_commit(draft, f"{entry.scenario.title}: the deployment as it was handed over")
        draft.rename(engagement.workspace)
    if entry.briefing.is_file() and not briefing.exists():
        briefing.write_text(page(entry.briefing), encoding="utf-8")
    archive = entry.incident_of(engagement.dealt)
    if archive.is_file() and not engagement.incident.exists():
        draft = _draft(engagement, "incident")
        unpack_incident(archive, draft)
        from labs.engagement import artefacts

        # An author's incident that is torn keeps nobody from the rest of the engagement.
        with contextlib.suppress(UsageProblem, EvidenceError):
            artefacts.write(draft, entry.scenario, engagement.dealt)
        draft.rename(engagement.incident)
        make_read_only(engagement.incident)


def _draft(engagement: Engagement, name: str) -> Path:
    """Where something is made before it is put into its place."""
    draft = engagement.folder / MARK / name
    remove_tree(draft)
    return draft


def unpack_incident(archive: Path, folder: Path) -> None:
    """Unpack the customer's side of a scenario's incident into a new folder, whatever its format.

    Raises `UsageProblem` where it cannot be unpacked.
    """
    # Late: what reads archives and evidence is half of what a command that only looks at an engagement would load.
    import tarfile

    from simulator.evidence.packed import LEFT, unpack
    from simulator.evidence.upgrade import customers_side

    try:
        with tempfile.TemporaryDirectory(prefix="fdelab-") as scratch:
            unpack(archive, Path(scratch), left=True)
            customers_side(Path(scratch), folder)
            if (Path(scratch) / LEFT).is_dir():
                shutil.copytree(Path(scratch) / LEFT, folder / LEFT)
    except (tarfile.TarError, OSError, EOFError, EvidenceError) as error:
        said = f"{archive} cannot be unpacked: {error}"
        raise UsageProblem(said, "`fdelab scenario verify` makes another when it is gone") from None
