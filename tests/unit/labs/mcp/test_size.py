import json

from labs.mcp.size import ITEMS, MOST, TEXT, bounded


def test_what_is_short_stays_as_it_is() -> None:
    answer = {"rows": [{"a": 1, "b": None}], "text": "Müller", "pair": (1, 2)}
    assert bounded(answer) == answer | {"pair": [1, 2]}


def test_a_long_list_is_cut_and_says_so() -> None:
    found = bounded({"messages": list(range(ITEMS + 1))})
    assert found == {"messages": list(range(ITEMS)), "cut": ["messages: the first 1,000 of 1,001"]}


def test_a_long_text_is_cut_where_it_is() -> None:
    found = bounded({"rows": [{"body": "x" * (TEXT + 5)}]})
    assert found["rows"] == [{"body": "x" * TEXT}]
    assert found["cut"] == ["rows[0].body: the first 24,000 of 24,005 characters"]


def test_much_in_sum_is_cut_until_it_fits() -> None:
    found = bounded({"rows": [{"name": "n" * 200, "n": number} for number in range(900)]})
    assert len(json.dumps(found)) <= MOST
    assert found["rows"][0]["n"] == 0
    (said,) = found["cut"]
    assert said == f"rows: the first {len(found['rows']):,} of 900"


def test_many_long_texts_are_cut_until_they_fit() -> None:
    found = bounded({"rows": [{"body": "x" * 20_000, "n": number} for number in range(50)]})
    assert len(json.dumps(found, ensure_ascii=False)) <= MOST


def test_what_json_cannot_say_is_said_in_words() -> None:
    assert bounded({"rows": [float("nan"), float("inf"), "a\ud800"]}) == {"rows": ["NaN", "Infinity", "a?"]}
