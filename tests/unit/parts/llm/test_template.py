import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.parts.llm import template, tokens

FACTS = {"claim": ["K-12"], "amount": ["1.234,50", "900"], "user": ["{x} [y]"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Claim {claim}.", "Claim K-12."),
        ("Claim {claim}[, of {date}].", "Claim K-12."),
        ("Claim {claim}[, over {amount} EUR].", "Claim K-12, over 1.234,50 EUR."),
        ("Of {date}.", None),
        ("All: {amount*}", "All: 1.234,50, 900"),
        ("{amount:number} and {amount*:number}", "1234.5 and 1234.5, 900"),
        ("{{claim}} [[1]] {user}", "{claim} [1] {x} [y]"),
        ("", ""),
    ],
)
def test_a_template_says_what_is_known(text: str, said: str | None) -> None:
    assert template.render(text, FACTS) == said


@pytest.mark.parametrize("text", ["{claim", "claim}", "[a", "a]", "[a [b]]", "{no name}", "{}", "{a:date}"])
def test_what_is_no_template_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"lone|closes|name of a fact"):
        template.parse(text)


def test_json_keeps_its_types_and_null_for_what_is_not_known() -> None:
    value = {
        "claim": "{claim}",
        "amount": "{amount:number}",
        "all": "{amount*}",
        "date": "{date}",
        "n": 3,
        "t": "is {date}",
    }
    assert template.fill(value, FACTS) == {
        "claim": "K-12", "amount": 1234.5, "all": ["1.234,50", "900"], "date": None, "n": 3, "t": None
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.234,50", 1234.5), ("1,234.50", 1234.5), ("1.234", 1234), ("12.5", 12.5), ("12,5 EUR", 12.5), ("EUR 7.", 7),
     ("1.234.567", 1234567), ("-3", -3), ("none", 0)],
)  # fmt: skip
def test_numbers_are_read_in_either_convention(text: str, number: float) -> None:
    assert template.number(text) == number


@given(st.text())
def test_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(tokens.pieces(text)) == text


def test_prose_comes_to_about_as_many_tokens_as_with_real_tokenizers() -> None:
    prose = "The insured reported water damage in the kitchen on 3 March and asks for a payment of 1,250 euros. " * 10
    assert 1.1 < tokens.count(prose) / len(prose.split()) < 1.6
    assert tokens.count("株式会社") == 4
    assert tokens.prompt(["Hello"], []) == 3 + 1 + 3
