import pytest

from labs.actions.check import CheckRequest, LiveChecks, all_pass, check
from labs.base.errors import UsageProblem
from labs.engagement.engagement import Engagement
from labs.world.live.model import Happened
from simulator.protocol.events import Redeployed
from tests.unit.tui import desks


def test_without_a_world_there_is_nothing_to_judge(engagement: Engagement) -> None:
    with pytest.raises(UsageProblem, match="no world of this engagement is running"):
        check(CheckRequest(engagement))
    with pytest.raises(UsageProblem, match="no world of this engagement is running"):
        LiveChecks(CheckRequest(engagement)).check()


def test_it_is_asked_again_when_the_answer_can_have_changed(engagement: Engagement) -> None:
    live = LiveChecks(CheckRequest(engagement))
    assert not live.heed(Happened(Redeployed(lap=1))), "nothing is known of the world yet"
    assert live.heed(desks.snapshot())


@pytest.mark.parametrize(
    ("verdicts", "expected"), [((), False), (("pass",), True), (("pass", "waiting"), False), (("pass", "fail"), False)]
)
def test_all_pass(verdicts: tuple[str, ...], expected: bool) -> None:
    assert all_pass(desks.report([desks.check("serves", one, "812") for one in verdicts])) is expected
