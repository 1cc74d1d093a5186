"""Mutants: each operator on a small program, what is left out, the order of a sample, the score."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.base.errors import UsageProblem
from labs.library.catalogue import Entry, find, slugs
from labs.verify.kept import with_mutants
from labs.verify.matrix import Matrix
from labs.verify.mutants.making import Mutant, made, mutants
from labs.verify.mutants.operators import OURS, operators
from labs.verify.mutants.operators.base import Operator, Program
from labs.verify.mutants.results import Examined, Kept, Score, covers, mark_of
from labs.verify.mutants.sampling import ordered
from labs.verify.results import Outcome, Trial
from scenarios.equivalents import EQUIVALENT, Equivalent, load
from scenarios.variants import LIBRARY

BY_NAME: dict[str, Operator] = {operator.name: operator for operator in OURS}


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("drop-statement", "def f(book):\n    book.commit()", ["def f(book):\n    pass"]),
        ("drop-statement", "async def f(b):\n    await b.commit()", ["async def f(b):\n    pass"]),
        ("drop-statement", "def f(s, k):\n    s.seen[k] = 1\n    x = 2", ["def f(s, k):\n    pass\n    x = 2"]),
        ("drop-statement", "book.commit()", []),
        ("return-early", "def f():\n    g()\n    h()", ["def f():\n    return\n    g()\n    h()"]),
        ("return-early", 'def f() -> bool:\n    """Ü."""\n    return g()',
         ['def f() -> bool:\n    """Ü."""\n    return True', 'def f() -> bool:\n    """Ü."""\n    return False']),
        ("return-early", "def f() -> int | None:\n    return 3", ["def f() -> int | None:\n    return None"]),
        ("return-early", "def f():\n    yield 1", []),
        ("swallow", "def f():\n    raise Refused('x')", ["def f():\n    pass"]),
        ("swallow", "def f():\n    try:\n        g()\n    except E:\n        h()\n        i()",
         ["def f():\n    try:\n        g()\n    except E:\n        pass"]),
        ("try-once", "def f():\n  for n in range(5):\n    try: g()\n    except E: pass",
         ["def f():\n  for n in range(1):\n    try: g()\n    except E: pass"]),
        ("try-once", "def f():\n    for n in range(5):\n        g()", []),
        ("drop-argument", "f('ä', timeout=2)", ["f('ä')"]),
        ("drop-argument", "f(timeout=2, key=k)", ["f(key=k)", "f(timeout=2)"]),
        ("drop-argument", "f(timeout=2)", ["f()"]),
        ("drop-guard", "async def f(s):\n    async with s._lock:\n        g()",
         ["async def f(s):\n    if True:\n        g()"]),
        ("drop-guard", "def f():\n    with open('x') as y:\n        g()", []),
        ("decide-always", "if a > 3:\n    f()", ["if True:\n    f()", "if False:\n    f()"]),
        ("constant-field", "x = {'total': round(t, 2), 'id': order}", ["x = {'total': 0, 'id': order}",
         "x = {'total': round(t, 2), 'id': None}"]),
        ("constant-field", "x = {k: v}", []),
        ("constant-field", "Promise(note=f'{a} b')", ['Promise(note="lorem ipsum")']),
        ("drop-clause", "'SELECT id FROM t WHERE a = 1 AND b = 2 ORDER BY id FOR UPDATE SKIP LOCKED'",
         ["'SELECT id FROM t ORDER BY id FOR UPDATE SKIP LOCKED'",
          "'SELECT id FROM t WHERE a = 1 ORDER BY id FOR UPDATE SKIP LOCKED'",
          "'SELECT id FROM t WHERE a = 1 AND b = 2 FOR UPDATE SKIP LOCKED'",
          "'SELECT id FROM t WHERE a = 1 AND b = 2 ORDER BY id '"]),
        ("drop-clause", "'where it is, order by phone'", []),
    ],
)  # fmt: skip
def test_each_operator_changes_one_thing(name: str, before: str, after: list[str]) -> None:
    changes = list(BY_NAME[name].changes(Program(before)))
    assert [change.text for change in changes] == after
    for change in changes:
        ast.parse(change.text)
        assert 1 <= change.line <= before.count("\n") + 1


LOGGING = '''
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from x import y

log = logging.getLogger("x")


def f(a: "int | None") -> "str":
    """Say it."""
    log.info("a %s", a, stacklevel=2)
    return str(a)


if __name__ == "__main__":
    f(1)
'''


def test_what_nobody_at_the_customer_sees_is_left_alone() -> None:
    changed = {mutant.line for mutant in mutants("reference", "a.py", LOGGING, operators())}
    lines = LOGGING.splitlines()
    assert {lines[line - 1].strip() for line in changed} == {"return str(a)", "f(1)"}


def test_mutants_are_programs_that_differ_from_one_another_and_from_what_they_were_made_of() -> None:
    text = "def f(a):\n    x = a if a else 0\n    return not x == 3\n"
    found = list(mutants("reference", "a.py", text, operators()))
    codes = [ast.dump(ast.parse(mutant.text)) for mutant in found]
    assert len({mutant.digest for mutant in found}) == len(found) == len(set(codes))
    assert ast.dump(ast.parse(text)) not in codes
    assert {mutant.duty for mutant in found} == {"f"}


@pytest.mark.parametrize(
    ("text", "line", "was", "becomes"),
    [
        ("a = 1\nb = 2\nc = 3\n", 2, "b = 2", "b = 9"),
        ("def f():\n    g()\n", 2, "    g()", "    return\n    g()"),
    ],
)
def test_a_change_is_told_by_the_lines_that_it_touches(text: str, line: int, was: str, becomes: str) -> None:
    from labs.verify.mutants.making import _changed

    assert _changed(text, text.replace(was, becomes)) == (line, was, becomes)


def test_the_mutants_of_a_scenario_are_of_both_solutions_and_of_no_test(entry: Entry) -> None:
    found = made(entry)
    assert {mutant.of for mutant in found} == {"reference", "alternative"}
    assert not [mutant for mutant in found if mutant.file.startswith("tests/")]
    assert {"app/main.py", "app/erp/adapter.py"} <= {mutant.file for mutant in found}


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "mutmut.mutation.mutators", None)
    with pytest.raises(UsageProblem, match="no mutmut") as found:
        operators()
    assert "authoring" in str(found.value.remedy)


def mutant(of: str, duty: str, line: int, operator: str, text: str) -> Mutant:
    return Mutant(of, "a.py", line, duty, operator, "was", "becomes", text, "")


SOME = st.lists(
    st.builds(mutant, st.sampled_from(["reference", "alternative"]), st.sampled_from("fgh"), st.integers(1, 9),
              st.sampled_from(["string", "number"]), st.text(max_size=3)),
    unique_by=lambda one: one.digest, max_size=40,
)  # fmt: skip


@given(SOME, st.integers(0, 9))
def test_an_order_has_every_mutant_once_and_depends_on_nothing_but_them_and_the_seed(
    some: list[Mutant], seed: int
) -> None:
    order = ordered(some, seed)
    assert Counter(one.digest for one in order) == Counter(one.digest for one in some)
    assert ordered(reversed(some), seed) == order


@given(SOME, st.integers(0, 9))
def test_no_duty_has_a_second_turn_before_each_had_one(some: list[Mutant], seed: int) -> None:
    for of in ("reference", "alternative"):
        mine = [one for one in ordered(some, seed) if one.of == of]
        duties = {one.duty for one in mine}
        assert {one.duty for one in mine[: len(duties)]} == duties


@given(st.integers(0, 30), st.integers(0, 30))
def test_an_interval_holds_the_score(killed: int, lived: int) -> None:
    score = Score.of([("failed", True)] * killed + [("passed", True)] * lived)
    low, high = score.interval()
    assert 0 <= low <= high <= 1
    assert score.share is None or low <= score.share <= high


def test_a_score_is_that_of_the_judged() -> None:
    results = [("failed", True), ("failed", False), ("passed", True), ("error", True)]
    score = Score.of(results, equivalent=3)
    assert (score.killed, score.lived, score.equivalent, score.unjudged, score.unstarted) == (2, 1, 3, 1, 1)
    # Wilson (1927) of 2 in 3, worked out by hand.
    assert score.interval() == pytest.approx((0.20766, 0.93851), abs=1e-4)


def examined(of: Mutant, result: str, **more: object) -> Examined:
    facts = {"scenario": "little", "scenario_hash": "h", "score": 1.0, "reason": "", "ledger": None, "checks": {}}
    given_: dict[str, object] = {"calibrated": True, "code": "c"} | facts | more
    return Examined(of, Outcome(Trial(of.use, 1, "local"), result=result, **given_))  # type: ignore[arg-type]


def test_results_are_of_this_very_scenario_code_and_seed(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "some" / "results.jsonl")
    one, two = mutant("reference", "f", 1, "string", "a"), mutant("reference", "f", 1, "string", "b")
    kept.add(examined(one, "error"))
    kept.add(examined(one, "failed"))
    kept.add(examined(two, "error"))
    kept.add(examined(two, "passed", code="other"))
    with kept.file.open("a") as file:
        file.write('{"torn')
    found = kept.of("h", "c", 1, "local")
    assert {use: outcome.result for use, outcome in found.items()} == {one.use: "failed"}
    assert kept.of("h", "c", 2, "local") == kept.of("other", "c", 1, "local") == {}


def test_the_matrix_has_the_mutants_that_were_judged_last(entry: Entry) -> None:
    one, two = mutant("reference", "f", 1, "string", "a"), mutant("reference", "f", 1, "string", "b")
    checks = {"exact": {"verdict": "fail", "value": 0.5}}
    known = Matrix(entry.scenario.id, entry.hash)
    known.add("untouched", "untouched", [])
    before = with_mutants(entry, known, [examined(two, "passed", checks=checks)])
    found = with_mutants(entry, before, [examined(one, "failed", checks=checks), examined(two, "error")])
    assert {use: row.kind for use, row in found.rows.items()} == {"untouched": "untouched", one.use: "mutant"}
    assert found.breakers("exact") == [one.use]


def test_a_mark_is_about_one_change_or_about_all_to_its_lines() -> None:
    (one,) = mutants("reference", "a.py", "def f():\n    x.go(1)\n", [BY_NAME["drop-statement"]])
    facts = {"of": "reference", "file": "a.py", "line": 2, "was": "x.go(1)", "reason": "nobody looks"}
    exact, any_, other = (Equivalent.model_validate(facts | more) for more in
                          ({"becomes": "pass"}, {}, {"becomes": "x.go(2)"}))  # fmt: skip
    assert mark_of(one, [other, exact]) is exact
    assert mark_of(one, [any_]) is any_
    assert mark_of(one, [other]) is None
    assert mark_of(one, [exact.model_copy(update={"line": 3})]) is None


@pytest.mark.parametrize("slug", [slug for slug in slugs() if (LIBRARY / slug / EQUIVALENT).exists()])
def test_what_the_librarys_authors_say_of_mutants_is_about_some(slug: str) -> None:
    found = made(find(slug))
    assert [mark for mark in load(LIBRARY / slug) if not any(covers(mark, mutant) for mutant in found)] == []


@pytest.mark.parametrize("other", ["f(1)", "f(1.0)", "f(-0.0)", "f({1, 2})", "f(x in {1, 2})", "lambda: f(True)"])
def test_byte_code_is_the_same_where_the_program_is_and_differs_by_the_type_of_a_constant(other: str) -> None:
    from labs.verify.mutants.making import _code

    assert _code("f(True)") == _code("f( True )  # the same") != _code(other) == _code(f"\n{other}")
