import json

from scenarios.problems import Problem, Related, ScenarioInvalid, did_you_mean, ordered, render, shown


def test_problems_are_in_order_and_each_once():
    late, early, nowhere = (Problem("f", line, column, "m") for line, column in ((10, 1), (9, 2), (None, None)))
    assert ordered([late, early, late, nowhere]) == (nowhere, early, late)
    assert str(ScenarioInvalid([late, early])) == "f:9:2: m\nf:10:1: m"


def test_problems_are_plain_data():
    problem = Problem("f", 1, 2, "m", "s", (Related(3, 4, "r"),))
    assert json.loads(json.dumps(problem.to_json())) == {
        "path": "f",
        "line": 1,
        "column": 2,
        "message": "m",
        "suggestion": "s",
        "related": [{"line": 3, "column": 4, "message": "r"}],
        "note": False,
    }


def test_suggestions():
    assert did_you_mean("titel", ["title", "id"]) == "did you mean 'title'?"
    assert did_you_mean("TITLE", ["title"]) == "did you mean 'title'?"
    assert did_you_mean("zzz", ["title", "id"]) == "there are: id, title"
    assert did_you_mean("zzz", []) is None
    assert did_you_mean("zzz", [f"w{n:02}" for n in range(20)]).endswith(", …")


def test_quotes_stay_short():
    assert shown("a") == "'a'"
    assert len(shown("x" * 500)) <= 60
    assert "\n" not in shown("a\nb")


def caret(text: str, column: int) -> str:
    return render([Problem("f", 1, column, "m")], text).splitlines()[2]


def test_the_caret_stands_below_its_character():
    assert caret("key: x", 6) == "    |      ^"
    assert caret("\tk: x", 2) == "    |  ^"
    assert caret("日本: x", 5) == "    |       ^"
    assert caret("e\u0301: x", 5) == "    |    ^"


def test_long_lines_are_cut_around_the_caret():
    line, mark = render([Problem("f", 1, 400, "m")], "a" * 399 + "X" + "b" * 400).splitlines()[1:3]
    assert line[mark.index("^")] == "X"
    assert len(line) < 120


def test_no_control_character_of_a_file_reaches_the_terminal():
    assert "\x1b" not in render([Problem("f", 1, 1, "m")], "\x1b[31mred\x07")


def test_places_outside_of_the_text_have_no_snippet():
    assert render([Problem("f", 7, 1, "m")], "one line") == "f:7:1: m\n\n1 problem\n"
    assert render([Problem("no/such/file", 1, 1, "m")]) == "no/such/file:1:1: m\n  1 | \n    | ^\n\n1 problem\n"
