"""The console's work: each thing that takes time, in a worker, and the message that it ends with."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from labs.tui.answers import Answer, Trouble

if TYPE_CHECKING:
    from labs.actions.ask import Asked
    from labs.actions.check import Checked
    from labs.actions.exam import ExamTaken
    from labs.actions.hint import HintTaken
    from labs.actions.programs import ExternalProgram
    from labs.actions.redeploy import Redeployed
    from labs.engagement.engagement import Engagement
    from labs.engagement.people import Reply
    from labs.tui.console.desk import Desk
    from labs.tui.console.exam import Exam
    from labs.tui.place import Place


class Opened(Answer):
    """An engagement is there to be watched."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self.desk = desk
        self.nudges = desk.nudges()


class Judged(Answer):
    """How the checks stand."""

    def __init__(self, done: "Checked") -> None:
        super().__init__()
        self.done = done


class Saved(Answer):
    """Files of the workspace were saved."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__()
        self.paths = paths


class RedeployDone(Answer):
    """A redeploy is over."""

    def __init__(self, done: "Redeployed") -> None:
        super().__init__()
        self.done = done

    @property
    def says(self) -> str:
        """What to tell the learner of it."""
        collected = self.done.collected
        ignored = "".join(f"\n{remark}" for remark in collected.remarks)
        if not self.done.ready:
            return "\n".join([f"✖ it does not take traffic{ignored}", *self.done.last_lines[-6:]])
        changed = len(collected.changed)
        what = f"{changed} file{'s' * (changed != 1)} changed" if changed else "as it was handed over"
        return f"✔ it takes traffic: {what}{ignored}"


class MayAsk(Answer):
    """It is known who can be asked, and what was asked before."""

    def __init__(self, asked: "Asked") -> None:
        super().__init__()
        self.asked = asked


class Answered(Answer):
    """A person answered."""

    def __init__(self, question: str, reply: "Reply") -> None:
        super().__init__()
        self.question = question
        self.reply = reply


class Nudged(Answer):
    """A nudge was given; all that were, by check."""

    def __init__(self, given: "HintTaken", nudges: Mapping[str, str]) -> None:
        super().__init__()
        self.given = given
        self.nudges = nudges


class Edited(Answer):
    """The program that wants the terminal is the editor."""

    def __init__(self, to: "ExternalProgram") -> None:
        super().__init__()
        self.to = to


class Exams(Answer):
    """An exam is over, and judged."""

    def __init__(self, done: "ExamTaken") -> None:
        super().__init__()
        self.done = done


class OpenExternal(Answer):
    """A program wants the terminal."""

    def __init__(self, to: "ExternalProgram") -> None:
        super().__init__()
        self.to = to


class ActionDone(Answer):
    """Something small was done; `says` is what to tell the learner of it."""

    def __init__(self, says: str = "") -> None:
        super().__init__()
        self.says = says


class Work:
    """Begins work for `console`, which gets the messages; what was begun under one name before is not waited for."""

    def __init__(self, console: "Place") -> None:
        self._console = console
        self._judging = False

    def open(self, engagement: "Engagement") -> None:
        """Find what there is of an engagement."""
        self._console.fetch(lambda: Opened(self._console.lab.backend.desk(engagement)), "open")

    def judge(self, desk: "Desk | None") -> None:
        """Ask how the checks stand. Where there is nothing to judge yet, nothing is said."""
        from labs.base.errors import LabError

        def ask(desk: "Desk") -> Answer:
            try:
                return Judged(desk.check())
            except LabError:
                return ActionDone()
            finally:
                self._judging = False

        if not self._judging:
            self._judging = desk is not None
            self._do(desk, ask, "judge")

    def saves(self, desk: "Desk") -> None:
        """Tell of saved files, for as long as nobody cancels the group `saves`."""
        about = self._console.subject

        async def heed() -> None:
            try:
                async for paths in desk.saves():
                    self._console.post_message(Saved(paths).concerning(about))
            except Exception as error:  # noqa: BLE001 - whatever keeps it from being watched, one can redeploy by hand
                what = f"the workspace cannot be watched: {error}"
                self._console.post_message(Trouble(what, "r redeploys", "saves").concerning(about))

        self._console.run_worker(heed(), group="saves", exclusive=True, exit_on_error=False)

    def redeploy(self, desk: "Desk | None") -> None:
        """Put the workspace into the world."""
        self._do(desk, lambda desk: RedeployDone(desk.redeploy()), "redeploy")

    def asked(self, desk: "Desk | None") -> None:
        """Find who can be asked."""
        self._do(desk, lambda desk: MayAsk(desk.asked()), "ask")

    def talk(self, desk: "Desk") -> "Talking":
        """Return what the learner says to people."""
        return Talking(partial(self._do, desk))

    def hint(self, desk: "Desk | None", check: str) -> None:
        """Get a nudge."""

        def nudge(desk: "Desk") -> Answer:
            return Nudged(desk.hint(check), desk.nudges())

        self._do(desk, nudge, "hint")

    def jump(self, desk: "Desk | None", phase: str) -> None:
        """Begin the next lap with a phase."""

        def go(desk: "Desk") -> Answer:
            desk.jump(phase)
            return ActionDone(f"the next lap begins with {phase}")

        self._do(desk, go, "jump")

    def stop(self, desk: "Desk | None") -> None:
        """Take the world down."""

        def end(desk: "Desk") -> Answer:
            desk.stop()
            return ActionDone()

        self._do(desk, end, "stop")

    def exam(self, desk: "Desk", modal: "Exam") -> None:
        """Be examined, and tell the modal how it goes."""
        app = self._console.app
        tell = partial(app.call_from_thread, modal.tell)
        self._do(desk, lambda desk: Exams(desk.exam(tell, modal.cancel)), "exam")

    def outside(self, desk: "Desk | None", what: "Callable[[], ExternalProgram]") -> None:
        """Hand the terminal to a program."""
        self._do(desk, lambda _desk: OpenExternal(what()), "outside")

    def editor(self, desk: "Desk | None") -> None:
        """Hand the terminal to the editor."""
        self._do(desk, lambda desk: Edited(desk.editor()), "outside")

    def shell(self, desk: "Desk | None", service: str) -> None:
        """Hand the terminal to a shell."""
        self._do(desk, lambda desk: OpenExternal(desk.shell(service)), "outside")

    def _do(self, desk: "Desk | None", call: "Callable[[Desk], Answer]", name: str) -> None:
        if desk is not None:
            self._console.fetch(lambda: call(desk), name)


class Talking:
    """Says things to people, one after the other, and has each answer posted."""

    def __init__(self, do: "Callable[[Callable[[Desk], Answer], str], None]") -> None:
        self._do = do

    def ask(self, person: str, question: str) -> None:
        """Ask somebody."""
        self._do(lambda desk: Answered(question, desk.ask(person, question)), "ask")

    def meant(self, person: str, number: int) -> None:
        """Say which of the things was meant that somebody asked back about."""
        self._do(lambda desk: Answered("I mean that", desk.meant(person, number)), "ask")

    def respond(self, person: str, accept: bool) -> None:
        """Agree to what somebody asked for, or refuse it."""
        word = "I will do it" if accept else "I will not do that"
        self._do(lambda desk: Answered(word, desk.respond(person, accept)), "ask")
