"""What every place is: a screen between masthead and footer, with help, commands, and workers that post messages."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.dom import DOMNode
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import get_current_worker

from labs.base.errors import LabError, disk_full
from labs.tui.answers import Answer, Trouble, heeds
from labs.tui.coach import BINDING, OFF, Coach
from labs.tui.keybar import KeyBar
from labs.tui.masthead import Masthead
from labs.tui.palette import Command

if TYPE_CHECKING:
    from labs.tui.lab import Lab
    from scenarios.guide import Milestone

WIDE = 120
"""Columns from which there is room for two things side by side."""
PAINT = 0.05
"""Seconds that a place has to be painted before workers, which share the interpreter with it, begin."""
PAINTED = "painted"
"""Name of the timers that begin them."""
TALL = 34
"""Lines from which there is room for what is nice to have."""
LEAST = 16
"""Lines below which there is room for nothing else than what one came for."""

UNKNOWN = object()
"""What a place shows that nobody has entered yet."""


class Place(Screen[None]):
    """One place of the app. Its screen has the classes `-wide` and `-tall` where there is room.

    A subclass yields its widgets from `contents`, sets `ABOUT` (see `labs.tui.help`), `BINDINGS` and `CSS_PATH`, and
    asks for everything that takes time with `fetch`.

    What it shows belongs to its `subject`: an engagement, a scenario, an exam. `wants` says which that ought to be.
    When it is another one, `clear` is called before anything else is painted, and answers that are about the former
    one are dropped (see `heeds`). `arrive` is called soon after the place was entered and after each `again`: once,
    however many of them came meanwhile, and never before what `furnish` mounts is there.
    """

    PLACE: ClassVar[str]
    """Its name in `labs.tui.places`."""
    BINDINGS: ClassVar = [BINDING]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (LEAST, "-short"), (TALL, "-tall")]  # noqa: RUF012

    @property
    def lab(self) -> "Lab":
        """The app, as places know it."""
        return cast("Lab", self.app)

    def compose(self) -> ComposeResult:
        # Known before the first paint, which would else be one for a screen of another size.
        width, height = self.app.size
        self.add_class(_room(width, self.HORIZONTAL_BREAKPOINTS), _room(height, self.VERTICAL_BREAKPOINTS))
        yield Masthead()
        yield from self.contents()
        yield Coach(self)
        yield KeyBar()

    def contents(self) -> Iterator[Widget]:
        """Return the widgets between masthead and footer."""
        raise NotImplementedError

    def commands(self) -> Iterator[Command]:
        """Yield what the palette offers here, before what it offers everywhere."""
        yield from ()

    subject: object = UNKNOWN
    """What is shown belongs to it."""
    _arrival: Timer | None = None
    _furnished = False

    def wants(self) -> object:
        """Return what it ought to show now; a place that always shows the same has no need to say."""
        return None

    def clear(self) -> None:
        """Show nothing of what was shown before, and that something is on its way. Takes no time."""

    async def furnish(self) -> None:
        """Mount what costs too much for the first paint; called once, before the first `arrive`."""

    def reveal(self, node: DOMNode) -> None:
        """Bring something of the place to the front, where it may be behind something else."""

    def arrive(self) -> None:
        """Look again at what may have changed meanwhile."""

    def again(self) -> None:
        """Look again, as what is shown may be so no more: turn to what is wanted at once, and arrive soon."""
        self._turn()
        if self._arrival is None:
            self._arrival = self.set_timer(PAINT, self._painted, name=PAINTED)

    def on_screen_resume(self) -> None:
        self.again()

    def _painted(self) -> None:
        """Wait on where the paint itself takes longer, as on a busy machine."""
        self.call_after_refresh(self._arrive)

    async def _arrive(self) -> None:
        self._arrival = None
        if not self._furnished:
            self._furnished = True
            await self.furnish()
        self._turn()
        self.arrive()
        self.coach.look()

    def _turn(self) -> None:
        wanted = self.wants()
        if wanted != self.subject:
            self.subject = wanted
            self.clear()

    def seen(self) -> "Iterator[Milestone]":
        """Yield what of the tips' matter is on the screen now."""
        yield from ()

    @property
    def coach(self) -> Coach:
        """What gives tips here."""
        return self.query_one(Coach)

    @on(Coach.Told)
    def _told_where(self, told: Coach.Told) -> None:
        self.coach.heed(told)

    def did(self, deed: "Milestone") -> None:
        """Tell the coach that the learner did something that tips are about."""
        self.coach.did(deed)

    def reached(self, milestones: "Sequence[Milestone]") -> None:
        """Tell the coach what the learner did, and an action has noted."""
        for milestone in milestones:
            self.coach.did(milestone, noted=True)

    def warn(self, *errors: LabError | None) -> None:
        """Say what did not work beside what did, where something did not."""
        for error in filter(None, errors):
            text = error.what if error.remedy is None else f"{error.what}\n→ {error.remedy}"
            self.notify(text, severity="warning", timeout=12, markup=False)

    def action_tips(self) -> None:
        """Hide tips, or bring them back."""
        memory = self.lab.memory
        memory.tips = None if memory.tips == OFF else OFF
        self.lab.remember()
        self.coach.show(self.coach.guidance)

    def fetch(self, call: Callable[[], Answer], work: str = "fetch") -> None:
        """Run `call` in a thread, and post the answer that it returns; `Trouble` when it raises.

        The answer is about what the place shows now. `work` names it: what was begun under the same name before is
        not waited for any more.
        """
        job = partial(self._fetch, call, work, self.subject)
        self.run_worker(job, group=work, exclusive=True, thread=True, exit_on_error=False)

    def _fetch(self, call: Callable[[], Answer], work: str, about: object) -> None:
        worker = get_current_worker()
        answer: Answer
        try:
            answer = call()
        except LabError as error:
            answer = Trouble(error.what, error.remedy, work)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            remedy = "fdelab doctor shows what this machine lacks"
            said = disk_full(error) or LabError(f"{where}{error.strerror or error}", remedy)
            answer = Trouble(said.what, said.remedy, work)
        except Exception as error:  # noqa: BLE001 - a traceback belongs into a file, not on a learner's terminal
            from labs.base.crash import keep

            answer = Trouble(f"fdelab failed: {type(error).__name__}: {error}"[:300], f"see {keep(error)}", work)
        answer.about = about
        if not worker.is_cancelled:
            self.post_message(answer)

    @heeds(Trouble)
    def _tell(self, trouble: Trouble) -> None:
        text = trouble.what if trouble.remedy is None else f"{trouble.what}\n→ {trouble.remedy}"
        self.notify(text, title="That did not work", severity="error", timeout=12, markup=False)


def entered(screens: Sequence[Screen[object]]) -> Place | None:
    """Return the place among screens that stand before one another, if there is one."""
    return next((screen for screen in screens if isinstance(screen, Place)), None)


def _room(there: int, breakpoints: list[tuple[int, str]]) -> str:
    """Return the class of the last breakpoint that `there` cells reach."""
    return [name for least, name in breakpoints if there >= least][-1]
