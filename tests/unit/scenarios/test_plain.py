"""Text that others wrote, as it may be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from scenarios.plain import ODD, printable, unstyled


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_what_is_left_steers_nothing_and_is_xml(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert shown.isprintable()
    assert etree.fromstring(etree.tostring(_element(shown))).text == (shown or None)


def _element(text: str) -> "etree._Element":
    element = etree.Element("text")
    element.text = text
    return element


@pytest.mark.parametrize(
    ("text", "shown"), [("a\tb", "a\tb"), ("\x1b[2J", f"{ODD}[2J"), ("\u202ea", f"{ODD}a"), ("ä€🧑", "ä€🧑"), ("", "")]
)
def test_only_what_is_asked_for_is_kept(text: str, shown: str) -> None:
    assert printable(text, keep="\t") == shown


def test_colours_go_and_words_stay() -> None:
    assert unstyled("\x1b[1;31mred\x1b[0m \x1b[2Kline") == "red line"
