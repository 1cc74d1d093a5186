"""Console: the live engagement. What happens is shown as it does; saving a file redeploys, and the checks follow."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Container
from textual.dom import DOMNode
from textual.events import DescendantFocus
from textual.widget import Widget

from labs.events import Message as Letter
from labs.events import messages
from labs.tui.console.checks import Checks
from labs.tui.console.clock import LapClock
from labs.tui.console.confirm import Confirm
from labs.tui.console.exam import Exam
from labs.tui.console.following import Occurred, Over, Printed, Seen, follow
from labs.tui.console.inbox import Inbox
from labs.tui.console.logs import Logs
from labs.tui.console.money import Ticker
from labs.tui.console.outside import allowed, visit
from labs.tui.console.question import Question
from labs.tui.console.servicemap import ServiceMap
from labs.tui.console.traffic import Traffic
from labs.tui.console.work import Answered, Exams, Judged, Opened, Outward, Replaced, Saved, Went, Work
from labs.tui.gone import Gone
from labs.tui.help import Help
from labs.tui.palette import Command
from labs.tui.panelbar import PanelBar
from labs.tui.place import Place, Trouble

if TYPE_CHECKING:
    from labs.tui.console.desk import Desk

NO_ENGAGEMENT = "No engagement is open", "pick one in the catalogue, and launch it from its briefing"
PANELS = {"map": ("m", "Map"), "checks": ("c", "Checks"), "inbox": ("i", "Inbox"), "logs": ("l", "Logs")}
"""Key and title by the panel's id."""
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
        Binding("ctrl+r", "look", "Look again", show=False),
        *(Binding(key, f"front('{panel}')", title, show=False) for panel, (key, title) in PANELS.items()),
    ]

    desk: "Desk | None" = None
    """The engagement that is watched."""
    _redeploying = _again = False

    def contents(self) -> Iterator[Widget]:
        yield LapClock(id="clock")
        yield Gone(KEYS)
        with Container(id="board"):
            yield Traffic("traffic")
            yield Ticker("money")
            yield PanelBar(PANELS, "map")
            yield ServiceMap("map")
            yield Checks("checks")
            yield Inbox("inbox")
            yield Logs("logs")

    # Coming and going.

    def on_mount(self) -> None:
        self.work = Work(self)
        self._bring_to_front("map")
        self.watch(self.app, "engagement", self.arrive, init=False)

    def arrive(self) -> None:
        engagement = self.lab.engagement
        if engagement is None:
            self._leave(*NO_ENGAGEMENT, wanted=True)
        elif self.desk is None or self.has_class("-gone") or self.desk.name != engagement.folder.name:
            self.work.open(engagement)

    def action_look(self) -> None:
        """Look for the world again."""
        self.arrive()

    @on(Opened)
    def _sit_down(self, opened: Opened) -> None:
        new = self.desk is None or self.desk.name != opened.desk.name
        self.desk = opened.desk
        self.remove_class("-gone")
        self.query_one(ServiceMap).scenario = opened.desk.scenario
        self.query_one(Logs).services = list(opened.desk.scenario.deployment.services)
        if new:
            self.query_one(LapClock).show(None)
        self.run_worker(follow(opened.desk, self), group="feed", exclusive=True, exit_on_error=False)
        self._watch_files()
        if self.focused is None:
            self.action_front(self.query_one(PanelBar).front)

    def _leave(self, reason: str, advice: str, *, wanted: bool) -> None:
        self.query_one(Gone).show(reason, advice, wanted)
        self.add_class("-gone")

    # What the world does.

    @on(Seen)
    def _seen(self, seen: Seen) -> None:
        snapshot = seen.snapshot
        self.query_one(LapClock).show(snapshot)
        self.query_one(Traffic).show(snapshot.seconds)
        self.query_one(Ticker).show(snapshot.money)
        self.query_one(ServiceMap).show(snapshot)
        struck = sum(1 for link in snapshot.links if link.faults)
        self.query_one(PanelBar).show(map=f"↯{struck}" if struck else "")
        if seen.ripe:
            self.work.judge(self.desk)

    @on(Printed)
    def _printed(self, printed: Printed) -> None:
        lines, skipped = printed.inlet.take()
        if lines or skipped:
            self.query_one(Logs).add(lines, skipped)

    @on(Occurred)
    def _occurred(self, occurred: Occurred) -> None:
        assert self.desk is not None
        for letter in messages([occurred.event], self.desk.scenario):
            self._receive(letter)
        if occurred.event["kind"] == "deployment-failed":
            reason = f"{occurred.event['service']} {occurred.event['reason']}"
            self.notify(f"{reason}\n→ l shows what it printed", title="The deployment did not start",
                        severity="error", timeout=10, markup=False)  # fmt: skip

    def _receive(self, letter: Letter) -> None:
        inbox = self.query_one(Inbox)
        inbox.receive(letter, read=self._is_front("inbox"))
        self.query_one(PanelBar).show(inbox=f"✉{inbox.unread}" if inbox.unread else "")

    @on(Over)
    def _over(self, over: Over) -> None:
        self.workers.cancel_group(self, "saves")
        ended = over.ended
        self._leave(ended.reason, ended.advice, wanted=ended.wanted)

    # The loop: save, redeploy, check.

    def _watch_files(self) -> None:
        self.workers.cancel_group(self, "saves")
        if self.desk is not None and self.query_one(LapClock).watching:
            self.work.saves(self.desk)

    @on(Saved)
    def _saved(self, saved: Saved) -> None:
        shown = ", ".join(saved.paths[:3]) + (" …" if len(saved.paths) > 3 else "")
        self.notify(f"saved: {shown}", timeout=3, markup=False)
        self.did("file-saved")
        self.action_redeploy()

    def action_redeploy(self) -> None:
        """Put the workspace into the world; while that is done, once more when it is over."""
        if self._redeploying:
            self._again = True
        elif self._alive():
            self._redeploying = True
            self.query_one(LapClock).busy = "redeploying"
            self.work.redeploy(self.desk)

    @on(Replaced)
    def _replaced(self, replaced: Replaced) -> None:
        self._done_redeploying()
        done = replaced.done
        ignored = "".join(f"\n{path} is not editable: the original is used" for path in done.collected.ignored)
        if done.ready:
            changed = len(done.collected.changed)
            what = f"{changed} file{'s' * (changed != 1)} changed" if changed else "as it was handed over"
            self.notify(f"✔ it takes traffic: {what}{ignored}", title="Redeployed", timeout=4, markup=False)
        else:
            last = "\n".join(done.last_lines[-6:])
            self.notify(f"✖ it does not take traffic{ignored}\n{last}", title="Redeployed", severity="error",
                        timeout=12, markup=False)  # fmt: skip
        self.set_timer(SETTLING, lambda: self.work.judge(self.desk))

    def _done_redeploying(self) -> None:
        self._redeploying = False
        self.query_one(LapClock).busy = ""
        if self._again:
            self._again = False
            self.action_redeploy()

    @on(Trouble)
    def _troubled(self, trouble: Trouble) -> None:
        if trouble.work == "redeploy":
            self._done_redeploying()
        if trouble.work == "open":
            self._leave(trouble.what, trouble.remedy or "", wanted=False)
        if trouble.work == "exam" and isinstance(self.app.screen, Exam):
            self.app.screen.fail(trouble.what, trouble.remedy)

    def action_saving(self) -> None:
        """Whether saving a file redeploys."""
        clock = self.query_one(LapClock)
        clock.watching = not clock.watching
        self._watch_files()

    @on(Judged)
    def _judged(self, judged: Judged) -> None:
        self.query_one(Checks).show(judged.report)
        passed = sum(check.verdict == "pass" for check in judged.report.checks)
        self.query_one(PanelBar).show(checks=f"{passed}/{len(judged.report.checks)}" if judged.report.checks else "✖")
        if judged.report.checks and passed == len(judged.report.checks):
            self.did("checks-passed")
        self._look_around()

    @on(DescendantFocus)
    def _look_around(self) -> None:
        """What of the tips' matter is being looked at."""
        if self.query_one("#logs").has_focus_within:
            self.did("logs-read")
        if self.query_one(Checks).has_focus_within and self.query_one(Checks).failing:
            self.did("checks-seen")

    @on(Checks.Nudge)
    def _nudge(self, nudge: Checks.Nudge) -> None:
        self.work.hint(self.desk, nudge.check)

    # What one can do.

    def action_front(self, panel: str) -> None:
        """Bring a panel to the front, and go to it; the checks are asked again with it."""
        self._bring_to_front(panel)
        target = {"logs": "#tail", "checks": "#table"}.get(panel, f"#{panel}")
        self.query_one(target).focus()
        if panel == "inbox":
            self.query_one(Inbox).read()
            self.query_one(PanelBar).show(inbox="")
        if panel == "checks" and self._alive():
            self.work.judge(self.desk)

    def reveal(self, node: DOMNode) -> None:
        for panel in PANELS:
            if self.query_one(f"#{panel}") in node.ancestors_with_self:
                self.action_front(panel)

    def _bring_to_front(self, panel: str) -> None:
        for name in PANELS:
            self.query_one(f"#{name}").set_class(name == panel, "-front")
        self.query_one(PanelBar).show(panel)

    def _is_front(self, panel: str) -> bool:
        return (self.has_class("-wide") and self.has_class("-tall")) or self.query_one(f"#{panel}").has_class("-front")

    def _alive(self) -> bool:
        return self.desk is not None and not self.has_class("-gone")

    def action_ask(self) -> None:
        """Ask a person of the customer."""
        if self.desk is None:
            return
        if not self.desk.scenario.people:
            self.notify("This engagement has no people to ask.")
            return
        self.app.push_screen(Question(self.desk.scenario, partial(self.work.ask, self.desk)))

    @on(Answered)
    def _answered(self, answered: Answered) -> None:
        reply = answered.reply
        if isinstance(self.app.screen, Question):
            self.app.screen.answer(answered.question, reply)
        self._receive(Letter(reply.person, f"{reply.name} ({reply.role})", f"› {answered.question}\n{reply.says}"))

    def action_exam(self) -> None:
        """Be examined."""
        if not self._alive() or self.desk is None:
            return
        modal = Exam(self.desk.scenario)
        self.app.push_screen(modal)
        self.work.exam(self.desk, modal)

    @on(Exams)
    def _over_exam(self, exams: Exams) -> None:
        self.did("exam-taken")
        if exams.done.report.result == "passed":
            self.did("exam-passed")
        if isinstance(self.app.screen, Exam):
            self.app.screen.dismiss()
        self.lab.look_at(exams.done.evidence)

    def action_stop(self) -> None:
        """Take the world down, when the learner is sure."""
        if self._alive():
            text = "The world is taken down. Your workspace stays as it is."
            self.app.push_screen(Confirm("Stop the world?", text), self._stop)

    def _stop(self, sure: bool | None) -> None:
        if sure:
            self.query_one(LapClock).busy = "stopping"
            self.work.stop(self.desk)

    @on(Went)
    def _went(self, went: Went) -> None:
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
        """The workspace in an editor."""
        if self.desk is not None:
            self.did("editor-opened")
            self.work.outside(self.desk.editor)

    def action_shell(self, service: str | None = None) -> None:
        """A shell in the deployment; of several services, in the first one."""
        if self.desk is not None and self._alive():
            desk, name = self.desk, service or next(iter(self.desk.scenario.deployment.services))
            self.work.outside(lambda: desk.shell(name))

    @on(Outward)
    def _go_outside(self, outward: Outward) -> None:
        visit(self, outward.to)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a world there is little to do; in a browser, no program to start."""
        if action in ("editor", "shell") and not allowed():
            return False
        if action in ("redeploy", "exam", "shell", "saving", "stop", "front") and self.has_class("-gone"):
            return False
        return super().check_action(action, parameters)

    def commands(self) -> Iterator[Command]:
        if not self._alive() or self.desk is None:
            yield Command("Look for the world again", "after it was started elsewhere (ctrl+r)", self.action_look)
            return
        yield Command("Redeploy", "put the workspace into the world (r)", self.action_redeploy)
        yield Command("Check now", "how the checks stand (c)", lambda: self.action_front("checks"))
        yield Command("Take the exam", "a fresh world, a hidden seed, one lap (e)", self.action_exam)
        yield Command("Ask a person", "of the customer, in your own words (a)", self.action_ask)
        report = self.query_one(Checks).report
        for check in report.checks if report else ():
            if check.hint:
                yield Command(f"Hint for {check.id}", "a nudge; that you took it is noted",
                              partial(self.work.hint, self.desk, check.id))  # fmt: skip
        if allowed():
            yield Command("Open the editor", "on the workspace (o)", self.action_editor)
            yield Command("Open the incident", "the evidence of the bad day, to investigate",
                          partial(self.work.outside, self.desk.incident))  # fmt: skip
            if self.desk.scenario.brief is not None:
                yield Command("Write the brief", "what you tell the customer about the incident",
                              partial(self.work.outside, self.desk.brief))  # fmt: skip
            for service in self.desk.scenario.deployment.services:
                yield Command(f"Shell in {service}", "where it runs (s)", partial(self.action_shell, service))
        yield Command("Saving redeploys: on or off", "what happens when a file is saved (w)", self.action_saving)
        for phase in self.desk.scenario.phases:
            about = "end this lap, and begin the next one there"
            yield Command(f"Jump to {phase.name}", about, partial(self.work.jump, self.desk, phase.name))
        yield Command("Stop the world", "your workspace stays (x)", self.action_stop)
