from simulator.keeper.errors import SiteLost
from simulator.keeper.last_lines import LastWords


def test_the_last_error_of_who_ended_is_told_and_steers_no_terminal() -> None:
    words = LastWords()
    words.hear("site-db", "ValueError: no\x1b[2Jsuch\x07 table")
    words.hear("field", "KeyError: of another")
    told = words.why(SiteLost("site-db ended with exit code 1", "site-db"))
    assert told.startswith("site-db ended with exit code 1: ValueError: no")
    assert "such" in told
    assert told.isprintable()


def test_who_was_ended_by_something_else_has_no_last_word() -> None:
    words = LastWords()
    words.hear("site-db", "ValueError: long ago")
    assert words.why(SiteLost("site-db ended with signal 9")) == "site-db ended with signal 9"
