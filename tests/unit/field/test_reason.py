"""Why a lap failed, in one line: what a deployment had a hand in becomes no line of its own."""

from simulator.field import field


def test_a_reason_is_one_line_that_can_be_printed() -> None:
    told = field._reason(ExceptionGroup("many", [ValueError("bad header\n::error::hello\r\n\x1b[2J")]))
    assert told.startswith("ValueError: bad header ::error::hello")
    assert told.isprintable()
    assert field._reason(ConnectionError()) == "ConnectionError: ConnectionError"
