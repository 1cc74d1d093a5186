from labs.library.catalogue import Entry
from labs.library.loss import loss, simulated_hours
from labs.world.launching import Launching, State
from simulator.protocol.events import Failed, LapStarted, Waiting
from tests.unit.tui.fakes import start


def test_steps_move_on_with_the_events_of_a_world(entry: Entry) -> None:
    launching = Launching(entry.scenario)
    assert [step.name for step in launching.steps] == ["folder", "runtime", "erp", "field", "promise-api"]
    launching.begin(1_772_442_000.0)
    launching.made(1_772_442_001.0)
    for event in start("waiting"):
        launching.take(event)
    states = {step.name: step.state for step in launching.steps}
    assert states["folder"] == states["runtime"] == states["image site"] == State.DONE
    assert states["erp"] == states["field"] == State.WORKS, "while the field does not answer, nothing is known"
    launching.take(Waiting(names=("promise-api",), t=1_772_442_014.0))
    assert launching.step("erp").state is State.DONE
    assert launching.step("erp").seconds == 3.5
    assert launching.step("promise-api").state is State.WORKS
    launching.take(LapStarted(lap=1, at=0.0, timeline=(), t=1_772_442_015.0))
    assert launching.over
    assert {step.state for step in launching.steps} == {State.DONE}


def test_what_was_being_started_fails_with_the_world(entry: Entry) -> None:
    launching = Launching(entry.scenario)
    launching.begin(0.0)
    launching.made(0.0)
    launching.take(Failed(reason="the engine went away", t=1.0))
    assert [step.state for step in launching.steps][:3] == [State.DONE, State.FAILED, State.WAITS]
    assert launching.reason == "the engine went away"


def test_loss_is_by_simulated_hour(entry: Entry) -> None:
    assert simulated_hours(entry.scenario) * 60 == 46
    assert loss(entry) is None, "it was never measured"
