"""Console: the live engagement. What happens is shown as it does; saving a file redeploys, and the checks follow."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.dom import DOMNode
from textual.events import DescendantFocus
from textual.widget import Widget

from labs.tui.answers import Trouble, heeds
from labs.tui.console import work
from labs.tui.console.board import Board
from labs.tui.console.checks import Checks
from labs.tui.console.clock import LapClock
from labs.tui.console.commands import offered
from labs.tui.console.confirm import Confirm
from labs.tui.console.exam import Exam
from labs.tui.console.following import Occurred, Over, Printed, Seen, follow
from labs.tui.console.inbox import Inbox
from labs.tui.console.logs import Logs
from labs.tui.console.nudges import Nudges
from labs.tui.console.outside import allowed, visit
from labs.tui.console.question import Question
from labs.tui.console.servicemap import ServiceMap
from labs.tui.gone import Gone
from labs.tui.help import Help
from labs.tui.palette import Command
from labs.tui.place import Place
from labs.tui.sight import Sight
from labs.world.events import Message as Letter
from labs.world.events import messages
from simulator.protocol.events import DeploymentFailed

if TYPE_CHECKING:
    from labs.tui.console.desk import Desk

LOOKING = "Looking for the engagement that was open"
NO_ENGAGEMENT = "No engagement is open", "pick one in the catalogue, and launch it from its briefing"
KEYS = "[b $primary]b[/] briefing and launch   [b $primary]ctrl+r[/] look again   [b $primary]1[/] catalogue"
"""Where one goes when there is no world."""
SETTLING = 0.3
"""Seconds between the end of a redeploy and the question how the checks stand."""


class Console(Place):
    """Clock above; traffic, money, map, checks, inbox and logs below, all at once where there is room."""

    PLACE: ClassVar = "console"
    CSS_PATH = "place.tcss"
    AUTO_FOCUS = ""
    ABOUT: ClassVar = Help(
        "Console",
        "Your world, live. Change the workspace in an editor of your own, or press o: saving a file redeploys it and "
        "asks the checks anew (w switches that off).\n\nWhen the checks hold, e takes the exam: a fresh world with a "
        "seed that nobody knows. Leaving the app leaves the world running; x takes it down.",
    )
    BINDINGS: ClassVar = [
        Binding("r", "redeploy", "Redeploy"),
        Binding("e", "exam", "Exam"),
        Binding("a", "ask", "Ask"),
        Binding("o", "editor", "Edit"),
        Binding("s", "shell", "Shell"),
        Binding("w", "saving", "Saving redeploys: on or off", show=False),
        Binding("x", "stop", "Stop"),
        Binding("b", "briefing", "Briefing", show=False),
        Binding("n", "nudges", "Nudges that were taken", show=False),
        Binding("ctrl+r", "look", "Look again", show=False),
        *(Binding(key, f"front('{panel}')", title, show=False) for panel, (key, title) in Board.PANELS.items()),
    ]

    desk: "Desk | None" = None
    """The engagement that is watched."""
    _redeploying = _again = False

    def contents(self) -> Iterator[Widget]:
        yield LapClock(id="clock")
        yield Gone(KEYS)
        yield Board(id="board")

    @property
    def board(self) -> Board:
        """The panels."""
        return self.query_one(Board)

    # Coming and going.

    def on_mount(self) -> None:
        logs, checks = self.query_one(Logs), self.query_one(Checks)
        self.work = work.Work(self)
        self._sights = (
            Sight(self, "logs-read", lambda: self.app.screen is self and logs.seen),
            Sight(self, "checks-seen", lambda: self.app.screen is self and checks.seen),
        )
        self.board.bring("map")
        self.watch(self.app, "engagement", self.again, init=False)
        self.watch(self.app, "looking", self.again, init=False)

    def wants(self) -> object:
        open_ = self.lab.engagement
        return self.lab.looking if open_ is None else (open_.folder, open_.scenario, open_.seed)

    def clear(self) -> None:
        for group in ("feed", "saves"):
            self.workers.cancel_group(self, group)
        if isinstance(self.app.screen, Question | Confirm):
            self.app.screen.dismiss()
        self.desk, self.work = None, work.Work(self)
        self._redeploying = self._again = False
        for sight in self._sights:
            sight.forget()
        with self.app.batch_update():
            self.board.clear()
            self._look_for()

    def _look_for(self) -> None:
        """Say what is looked for, or that there is nothing to look for."""
        engagement = self.lab.engagement
        self.set_class(engagement is None, "-gone")
        if engagement is not None:
            self.query_one(LapClock).clear(engagement.folder.name)
        elif self.lab.looking:
            self.query_one(Gone).wait(LOOKING)
        else:
            self._leave(*NO_ENGAGEMENT, wanted=True)

    def arrive(self) -> None:
        engagement = self.lab.engagement
        if engagement is not None and (self.desk is None or self.has_class("-gone")):
            self._look_for()
            self.work.open(engagement)

    def action_look(self) -> None:
        """Look for the world again."""
        self.arrive()

    @heeds(work.Opened)
    def _sit_down(self, opened: work.Opened) -> None:
        self.desk = opened.desk
        self.remove_class("-gone")
        self.query_one(ServiceMap).clear(opened.desk.scenario)
        self.query_one(Logs).services = list(opened.desk.scenario.deployment.services)
        self.query_one(Checks).remember(opened.nudges)
        feed = follow(opened.desk, self, self.subject)
        self.run_worker(feed, group="feed", exclusive=True, exit_on_error=False)
        self._watch_files()
        if self.focused is None:
            self.action_front(self.board.front)

    def _leave(self, reason: str, advice: str, *, wanted: bool) -> None:
        self.query_one(Gone).show(reason, advice, wanted)
        self.add_class("-gone")

    # What the world does.

    @heeds(Seen)
    def _seen(self, seen: Seen) -> None:
        snapshot = seen.snapshot
        self.query_one(LapClock).show(snapshot)
        self.board.show(snapshot)
        if seen.ripe:
            self.work.judge(self.desk)

    @heeds(Printed)
    def _printed(self, printed: Printed) -> None:
        lines, skipped = printed.inlet.take()
        if lines or skipped:
            self.query_one(Logs).add(lines, skipped)
            self._look_around()

    @heeds(Occurred)
    def _occurred(self, occurred: Occurred) -> None:
        assert self.desk is not None
        for letter in messages([occurred.event], self.desk.scenario):
            self._receive(letter)
        if isinstance(occurred.event, DeploymentFailed):
            reason = f"{occurred.event.service} {occurred.event.reason}"
            self.notify(f"{reason}\n→ l shows what it printed", title="The deployment did not start",
                        severity="error", timeout=10, markup=False)  # fmt: skip

    def _receive(self, letter: Letter) -> None:
        inbox = self.query_one(Inbox)
        inbox.receive(letter, read=self.board.shows("inbox"))
        self.board.note(inbox=f"✉{inbox.unread}" if inbox.unread else "")

    @heeds(Over)
    def _over(self, over: Over) -> None:
        self.workers.cancel_group(self, "saves")
        ended = over.ended
        self._leave(ended.reason, ended.advice, wanted=ended.wanted)

    # The loop: save, redeploy, check.

    def _watch_files(self) -> None:
        self.workers.cancel_group(self, "saves")
        if self.desk is not None and self.query_one(LapClock).watching:
            self.work.saves(self.desk)

    @heeds(work.Saved)
    def _saved(self, saved: work.Saved) -> None:
        shown = ", ".join(saved.paths[:3]) + (" …" if len(saved.paths) > 3 else "")
        self.notify(f"saved: {shown}", timeout=3, markup=False)
        self.did("file-saved")
        self.action_redeploy()

    def action_redeploy(self) -> None:
        """Put the workspace into the world; while that is done, once more when it is over."""
        if self._redeploying:
            self._again = True
        elif self.alive():
            self._redeploying = True
            self.query_one(LapClock).busy = "redeploying"
            self.work.redeploy(self.desk)

    @heeds(work.RedeployDone)
    def _replaced(self, replaced: work.RedeployDone) -> None:
        self._done_redeploying()
        done = replaced.done
        self.reached(done.milestones)
        self.notify(replaced.says, title="Redeployed", severity="information" if done.ready else "error",
                    timeout=4 if done.ready else 12, markup=False)  # fmt: skip
        self.set_timer(SETTLING, lambda: self.work.judge(self.desk))

    def _done_redeploying(self) -> None:
        self._redeploying = False
        self.query_one(LapClock).busy = ""
        if self._again:
            self._again = False
            self.action_redeploy()

    @heeds(Trouble)
    def _troubled(self, trouble: Trouble) -> None:
        if trouble.work == "redeploy":
            self._done_redeploying()
        if trouble.work == "open":
            self._leave(trouble.what, trouble.remedy or "", wanted=False)

    @on(Trouble)
    def _no_verdict(self, trouble: Trouble) -> None:
        # Whatever engagement is open by now: the exam's window waits for it.
        if trouble.work == "exam" and isinstance(self.app.screen, Exam):
            self.app.screen.fail(trouble.what, trouble.remedy)

    def action_saving(self) -> None:
        """Whether saving a file redeploys."""
        clock = self.query_one(LapClock)
        clock.watching = not clock.watching
        self._watch_files()

    @heeds(work.Judged)
    def _judged(self, judged: work.Judged) -> None:
        report = judged.done.report
        self.query_one(Checks).show(report)
        passed = sum(check.verdict == "pass" for check in report.checks)
        self.board.note(checks=f"{passed}/{len(report.checks)}" if report.checks else "✖")
        self.reached(judged.done.milestones)
        self._look_around()

    @on(DescendantFocus)
    def _look_around(self) -> None:
        """Tell the coach what of the tips' matter is being looked at."""
        for sight in self._sights:
            sight.look()

    @on(Checks.Nudge)
    def _nudge(self, nudge: Checks.Nudge) -> None:
        self.work.hint(self.desk, nudge.check)

    @heeds(work.Nudged)
    def _nudged(self, nudged: work.Nudged) -> None:
        self.query_one(Checks).remember(nudged.nudges)
        self.notify(f"{nudged.given.text}\n→ n lists all that you took", title="A nudge", markup=False, timeout=8)
        self.warn(nudged.given.unkept)

    def action_nudges(self) -> None:
        """Those that were taken, to read again."""
        if self.desk is not None:
            self.app.push_screen(Nudges(self.desk.scenario, self.query_one(Checks).nudges))

    # What one can do.

    def action_front(self, panel: str) -> None:
        """Bring a panel to the front, and go to it; the checks are asked again with it."""
        self.board.bring(panel)
        target = {"logs": "#tail", "checks": "#table"}.get(panel, f"#{panel}")
        self.query_one(target).focus()
        if panel == "inbox":
            self.query_one(Inbox).read()
            self.board.note(inbox="")
        if panel == "checks" and self.alive():
            self.work.judge(self.desk)

    def reveal(self, node: DOMNode) -> None:
        for panel in Board.PANELS:
            if self.query_one(f"#{panel}") in node.ancestors_with_self:
                self.action_front(panel)

    def alive(self) -> bool:
        """Whether a world is watched."""
        return self.desk is not None and not self.has_class("-gone")

    def action_ask(self) -> None:
        """Ask a person of the customer."""
        self.work.asked(self.desk)

    @heeds(work.MayAsk)
    def _may_ask(self, found: work.MayAsk) -> None:
        if self.desk is None or isinstance(self.app.screen, Question):
            return
        if found.asked.people:
            self.app.push_screen(Question(found.asked, self.work.talk(self.desk)))
        else:
            self.notify("This engagement has no people to ask.")

    @heeds(work.Answered)
    def _answered(self, answered: work.Answered) -> None:
        reply = answered.reply
        if isinstance(self.app.screen, Question):
            self.app.screen.answer(answered.question, reply)
        self._receive(Letter(reply.person, f"{reply.name} ({reply.role})", f"› {answered.question}\n{reply.says}"))

    def action_exam(self) -> None:
        """Be examined."""
        if not self.alive() or self.desk is None:
            return
        modal = Exam(self.desk.scenario)
        self.app.push_screen(modal)
        self.work.exam(self.desk, modal)

    @on(work.Exams)
    def _over_exam(self, exams: work.Exams) -> None:
        # Whatever engagement is open by now: the exam's window waits for it. Tips are about the one that is open.
        if exams.about == self.subject:
            self.reached(exams.done.milestones)
        if isinstance(self.app.screen, Exam):
            self.app.screen.dismiss()
        self.warn(exams.done.unkept, exams.done.unwritten)
        self.lab.look_at(exams.done.evidence)

    def action_stop(self) -> None:
        """Take the world down, when the learner is sure."""
        if self.alive():
            text = "The world is taken down. Your workspace stays as it is."
            self.app.push_screen(Confirm("Stop the world?", text), self._stop)

    def _stop(self, sure: bool | None) -> None:
        if sure and self.alive():
            self.query_one(LapClock).busy = "stopping"
            self.work.stop(self.desk)

    @heeds(work.ActionDone)
    def _went(self, went: work.ActionDone) -> None:
        self.query_one(LapClock).busy = ""
        if went.says:
            self.notify(went.says, markup=False, timeout=8)

    def action_briefing(self) -> None:
        """To the briefing, where a world is launched."""
        engagement = self.lab.engagement
        if engagement is not None:
            self.lab.choose(engagement.scenario)
        self.lab.go("briefing")

    def action_editor(self) -> None:
        """Open the workspace in an editor."""
        self.work.editor(self.desk)

    def action_shell(self, service: str | None = None) -> None:
        """Open a shell in the deployment; of several services, in the first one."""
        if self.desk is not None and self.alive():
            self.work.shell(self.desk, service or next(iter(self.desk.scenario.deployment.services)))

    @heeds(work.OpenExternal)
    def _go_outside(self, outward: work.OpenExternal) -> None:
        visit(self, outward.to)

    @heeds(work.Edited)
    def _edit(self, edited: work.Edited) -> None:
        if visit(self, edited.to):
            self.did("editor-opened")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a world there is little to do; in a browser, no program to start."""
        if action in ("editor", "shell") and not allowed():
            return False
        if action in ("redeploy", "exam", "shell", "saving", "stop", "front") and self.has_class("-gone"):
            return False
        return super().check_action(action, parameters)

    def commands(self) -> Iterator[Command]:
        yield from offered(self)
