from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.parts.soap_erp.fixedwidth import WIDTH, FileOrder, FileRejected, parse

ARTICLES = {"A-1001", "A-1002"}


def line(order: FileOrder) -> str:
    cents = int(order.quantity * 100)
    return f"10{order.reference:20}{order.article:12}{cents:012}{order.ordered:%d%m%Y}{order.order:20}{'':6}"


def file(*lines: str, count: int | None = None) -> bytes:
    trailer = f"99{len(lines) if count is None else count:08}{'':70}"
    return "".join(f"{text}\n" for text in (HEADER, *lines, trailer)).encode("iso-8859-1")


def problems(data: bytes) -> list[str]:
    with pytest.raises(FileRejected) as rejected:
        parse(data, ARTICLES.__contains__)
    return rejected.value.problems


HEADER = f"{'01HALDEN':10}02032026{'':62}"
ORDER = FileOrder("HW-000001", "A-1001", Decimal(120), date(2026, 3, 2), "HW-000001")
GOOD = line(ORDER)

# Any character of ISO-8859-1 that a line can carry, but no blank at an end: there it would be padding.
characters = st.characters(max_codepoint=255, exclude_characters="\n\r", exclude_categories=["Cc"])
texts = st.text(characters, min_size=1, max_size=20).filter(lambda text: text == text.strip(" "))
orders = st.builds(
    FileOrder,
    texts,
    st.sampled_from(sorted(ARTICLES)),
    st.decimals(min_value=Decimal("0.01"), max_value=Decimal("9999999999.99"), places=2),
    st.dates(min_value=date(1990, 1, 1)),
    texts,
)


@given(st.lists(orders, max_size=20))
def test_what_is_written_reads_the_same(batch: list[FileOrder]) -> None:
    assert parse(file(*map(line, batch)), ARTICLES.__contains__) == batch


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace")))
def test_anything_is_read_or_rejected(data: bytes) -> None:
    assert problems(data)


def test_a_line_has_80_characters() -> None:
    assert len(GOOD) == len(HEADER) == WIDTH == 80


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "header or trailer missing"),
        (b"\n", "line 1: 0 characters"),
        (file(GOOD)[:-1], "line 3: not ended"),
        (file(GOOD).replace(b"\n", b"\r\n"), "line 1: 81 characters"),
        (file(GOOD[:-1]), "line 2: 79 characters"),
        (file(GOOD.replace("HW-000001", "HW-00000ß")).decode("iso-8859-1").encode(), "line 2: 82 characters"),
        (file(GOOD, count=2), "line 3: the trailer counts 2 orders, the file has 1"),
        (file(GOOD)[81:], "line 1: no header"),
        (file(GOOD)[:-81], "line 2: no trailer"),
        (file(GOOD.replace("10HW", "20HW")), "line 2: no order line"),
        (file(GOOD.replace("A-1001", "A-9999")), "line 2: article 'A-9999' unknown"),
        (file(GOOD.replace("000000012000", "000000000000")), "line 2: Menge is zero"),
        (file(GOOD.replace("000000012000", "      120,00")), "line 2: no order line"),
        (file(GOOD.replace("02032026", "31022026")), "line 2: 31022026 is no date"),
        (file(GOOD.replace("10HW-000001 ", "10 HW-000001")), "line 2: Referenz missing or not left-justified"),
        (file(GOOD[:54] + " " * 26), "line 2: Auftrag missing"),
    ],
)
def test_one_bad_line_rejects_the_file_and_is_named(data: bytes, says: str) -> None:
    assert any(problem.startswith(says) for problem in problems(data)), problems(data)


def test_all_problems_are_named_at_once() -> None:
    assert len(problems(file(GOOD.replace("A-1001", "A-9999"), GOOD, GOOD.replace("02032026", "99999999")))) == 2
