"""The money of a loan book: gains and losses, booked when the lender learns of them."""

import heapq

from pydantic import Field

from scenarios.vocabulary import Params
from simulator.clock import Timeline
from simulator.evidence.recorder import Recorder


class Terms(Params):
    """Gains and losses of a loan, in the customer's currency."""

    interest: float = Field(default=150, ge=0)
    """Earned on a loan that is paid back."""
    loss: float = Field(default=600, ge=0)
    """Lost on one that defaults."""
    provision: float = Field(default=150, ge=0)
    """Set aside when a first instalment is late, and released when it is known how the loan ends."""
    gone: float = Field(default=20, ge=0)
    """The cost of finding an applicant who then got no answer."""

    def profit(self, *, granted: bool, defaulted: bool) -> float:
        """Return a decision's final profit or loss."""
        if not granted:
            return 0.0
        return -self.loss if defaulted else self.interest


class Book:
    """The loans of a lap; applications in excused phases make no entries."""

    def __init__(self, terms: Terms, recorder: Recorder, timeline: Timeline) -> None:
        self._terms = terms
        self._recorder = recorder
        self._timeline = timeline
        self._due: list[tuple[float, str, str, float, str]] = []
        """What is still to be learned: when, of which loan, and how it is booked."""

    def gone(self, key: str, at: float) -> None:
        """Book that an applicant got no answer at wall second `at`."""
        self._expect(at, at, key, "abandoned", -self._terms.gone, "no answer")

    def granted(self, key: str, at: float, due: float, known: float, *, late: bool, defaulted: bool) -> None:
        """Record a loan granted at wall second `at`; `due` and `known` are the delays of first instalment and end."""
        if late:
            self._expect(at, due, key, "provisions", -self._terms.provision, "first instalment late")
            self._expect(at, known, key, "provisions", self._terms.provision, "released")
        if defaulted:
            self._expect(at, known, key, "write-offs", -self._terms.loss, "defaulted")
        else:
            self._expect(at, known, key, "interest", self._terms.interest, "paid back")

    def close(self, until: float | None = None) -> None:
        """Book everything learned until wall second `until`; without it everything, even what comes after the lap."""
        while self._due and (until is None or self._due[0][0] <= until):
            at, key, account, amount, cause = heapq.heappop(self._due)
            # What is learned after the lap is booked on the last phase with traffic, which can be graded.
            at = min(at, self._timeline.traffic_ends - 0.001)
            row = {"at": at, "account": account, "amount": amount, "cause": cause, "key": key}
            self._recorder.write("ledger", row)

    def _expect(self, applied: float, at: float, key: str, account: str, amount: float, cause: str) -> None:
        if self._timeline.span(applied).counts:
            heapq.heappush(self._due, (at, key, account, amount, cause))
