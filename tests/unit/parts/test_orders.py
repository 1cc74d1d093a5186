from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from simulator.parts.soap_erp.dropbox import Dropbox
from simulator.parts.soap_erp.orders import OrderBook

ARTICLES = frozenset({"A-1001"})


def file(*references: str) -> bytes:
    lines = [f"{'01HALDEN':10}02032026{'':62}"]
    lines += [f"10{reference:20}{'A-1001':12}{500:012}02032026{'HW-1':20}{'':6}" for reference in references]
    lines.append(f"99{len(references):08}{'':70}")
    return "".join(f"{line}\n" for line in lines).encode("iso-8859-1")


def place(book: OrderBook, reference: str | None) -> str:
    return book.place("HW-1", reference, "A-1001", Decimal(5), 1.0, "soap")[0].number


@given(st.lists(st.none() | st.sampled_from(["a", "b", "c"])))
def test_one_order_a_reference_and_one_a_call_without(references: list[str | None]) -> None:
    book = OrderBook()
    numbers = [place(book, reference) for reference in references]
    named = {r for r in references if r}
    assert len(book.orders) == len(set(numbers)) == len(named) + references.count(None)
    for reference, number in zip(references, numbers, strict=True):
        if reference:
            found = book.find(reference)
            assert found
            assert found.number == number


def test_a_reference_counts_whichever_way_it_comes() -> None:
    book, box = OrderBook(), Dropbox(ARTICLES)
    number = place(book, "a")
    box.deliver("1.txt", file("a", "b"))
    box.deliver("2.txt", file("b", "c", "c"))
    imports = box.run(book, at=9.0)
    assert [[order.reference for order in done.created] for done in imports] == [["b"], ["c"]]
    assert [(order.reference, order.channel) for order in book.orders] == [("a", "soap"), ("b", "file"), ("c", "file")]
    assert place(book, "a") == number
    assert place(book, "c") == book.orders[2].number
    assert box.protocols["1.log"] == "IMPORTED: 1 orders created, 1 references known already\n"


def test_a_file_counts_whole_or_not_at_all() -> None:
    book, box = OrderBook(), Dropbox(ARTICLES)
    delivered = box.deliver("1.txt", file("a", "b").replace(b"99000000", b"99000001"))
    assert delivered.problems == ("line 4: the trailer counts 102 orders, the file has 2",)
    (done,) = box.run(book, at=9.0)
    assert (done.orders, done.created, done.problems) == (None, (), delivered.problems)
    assert book.orders == []
    assert box.protocols["1.log"].startswith("REJECTED\nline 4")


def test_a_file_of_the_same_name_replaces_the_first() -> None:
    book, box = OrderBook(), Dropbox(ARTICLES)
    box.deliver("1.txt", file("a"))
    box.deliver("1.txt", file("b"))
    box.run(book, at=9.0)
    assert [order.reference for order in book.orders] == ["b"]
