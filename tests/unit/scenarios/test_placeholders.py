"""What stands in braces in a note is replaced by what the brief says elsewhere, before anything is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.brief import read
from scenarios.loader import load
from scenarios.placeholders import Expanded, expand
from scenarios.variants import LIBRARY

TOLD = """\
claims: {wrong-quantities: {share: 67 %}}
impact: {loss: {number: 7206, unit: EUR/h}, night: {number: 121, unit: orders}}
ask: {of: lena, what: approve a disk., amount: 200 EUR, by: 2026-03-06}
owner: Kim
"""
SCENARIO = load(LIBRARY / "promise-dates")


def expanded(note: str) -> Expanded:
    brief, _, problems = read(TOLD)
    assert brief is not None, problems
    return expand(brief.model_copy(update={"note": note}), SCENARIO)


@pytest.mark.parametrize(("note", "text"), [
    ("We lose {loss}.", "We lose 7,206 EUR/h."),
    ("{night} got nothing.", "121 orders got nothing."),
    ("{share:wrong-quantities} of it: {cause:wrong-quantities|it misread them}.", "67 % of it: it misread them."),
    ("It hurt. {cause:wrong-quantities|it misread them}.", "It hurt. It misread them."),
    ("{decision:take-as-sent}.", "Take the ERP's quantities for what they are."),
    ("Please {ask}. {owner} does it.", "Please approve a disk (200 EUR) by 6 March 2026. Kim does it."),
])  # fmt: skip
def test_it_reads_as_a_sentence(note: str, text: str) -> None:
    assert expanded(note).text == text


def test_what_stands_for_nothing_is_told_and_stays() -> None:
    found = expanded("{los} {risk} {cause:nothing} {share:shut-out} {cause:shut-out}, and { } {{loss}}")
    assert found.unknown == ("los", "risk", "cause:nothing", "share:shut-out", " ", "7,206 EUR/h")
    assert found.causes == ("shut-out",)
    assert "{los}" in found.text


@given(st.text(max_size=300))
def test_a_note_without_braces_stays_as_it_is(note: str) -> None:
    found = expanded(note.replace("{", "(").replace("}", ")"))
    assert found.text == note.replace("{", "(").replace("}", ")")
    assert (found.causes, found.unknown) == ((), ())


@given(
    st.lists(st.sampled_from(["{risk}", "{ask}", "{cause:shut-out}", "{", "}", "|", "a b", "{loss}"]), max_size=4000)
)
def test_it_never_grows_without_end(pieces: list[str]) -> None:
    """Placeholders are replaced up to some length; the rest of the note stays."""
    note = "".join(pieces)
    assert len(expanded(note).text) <= 20_000 + len(note)
