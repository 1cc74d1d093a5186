from pathlib import Path

import pytest

from labs.actions.hint import Hint, HintRequest, hints, take_hint, taken_hints
from labs.base.errors import UsageProblem
from labs.engagement.engagement import Engagement
from labs.progress.store import Store


def test_the_check_that_every_scenario_has_has_a_hint_too(engagement: Engagement) -> None:
    assert [one.check for one in hints(engagement)] == ["serves", "dates-hold"]
    assert take_hint(HintRequest(engagement, "serves")).text


def test_a_hint_counts_once(engagement: Engagement) -> None:
    request = HintRequest(engagement, "dates-hold")
    first, again = take_hint(request), take_hint(request)
    assert (first.text, first.new, first.unkept) == ("Look at large stocks.", True, None)
    assert (again.text, again.new) == (first.text, False)
    assert [(one["check"], one["folder"]) for one in Store().export()["hints"]] == [
        ("dates-hold", str(engagement.folder))
    ]


def test_a_hint_is_shown_only_where_it_was_taken(engagement: Engagement) -> None:
    for check in ("dates-hold", "serves"):
        take_hint(HintRequest(Engagement.load(engagement.folder), check))
    now = Engagement.load(engagement.folder)
    assert list(taken_hints(now)) == ["dates-hold", "serves"], "in the order in which they were taken"
    assert all(one.taken for one in hints(now))
    assert hints(engagement)[1] == Hint("dates-hold", "The dates that we promise are true", None)


@pytest.mark.parametrize(
    ("check", "what", "remedy"),
    [
        ("dates-hld", "there is no check", "did you mean 'dates-hold'"),
        ("loss-avoided", "has no hint", "what must hold: It costs us less"),
    ],
)
def test_where_there_is_none_it_says_so(engagement: Engagement, check: str, what: str, remedy: str) -> None:
    with pytest.raises(UsageProblem, match=what) as refused:
        take_hint(HintRequest(engagement, check))
    assert remedy in str(refused.value.remedy)
    assert engagement.hints == []


def test_a_hint_that_progress_cannot_keep_is_given(engagement: Engagement, state: Path) -> None:
    (state / "progress.sqlite").mkdir(parents=True)
    given = take_hint(HintRequest(engagement, "dates-hold"))
    assert given.text == "Look at large stocks."
    assert given.unkept is not None
    assert Engagement.load(engagement.folder).hints == ["dates-hold"]
