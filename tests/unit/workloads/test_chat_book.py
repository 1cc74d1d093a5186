"""Customers: the same from the same seed, as difficult as asked for, and dealt rather than rolled."""

import pytest

from simulator.workloads.chat_book import Chat, book
from simulator.workloads.chat_phrases import TOPICS

TIMES = [n * 0.05 for n in range(1200)]


def chats(seed: int = 3, share: float = 0.3) -> list[Chat]:
    return book(seed, TIMES, lambda at: 0.5 if at >= 30 else share, 0.35, 0.7)


def test_the_same_seed_makes_the_same_customers() -> None:
    assert chats() == chats()
    assert chats() != chats(4)


def test_difficult_cases_are_exact_in_number_and_follow_the_time() -> None:
    for begin, share in ((0, 0.3), (600, 0.5)):
        assert sum(c.complex for c in chats()[begin : begin + 600]) == pytest.approx(600 * share, abs=1)


@pytest.mark.parametrize("seed", range(5))
def test_how_many_can_be_helped_is_what_their_chances_add_up_to(seed: int) -> None:
    made = chats(seed)
    for lowest, highest in ((0, 1), (0, 0.5), (0.5, 0.95)):
        some = [c for c in made if lowest <= c.chance <= highest]
        assert sum(c.solvable for c in some) == pytest.approx(sum(c.chance for c in some), abs=5)


def test_how_customers_behave_is_exact_in_number() -> None:
    made = chats()
    assert sum(not c.complaints for c in made) / len(made) == pytest.approx(0.35, abs=0.01)
    assert sum(c.thanks is not None for c in made) / len(made) == pytest.approx(0.7, abs=0.01)


def test_everybody_names_the_order_and_asks_about_the_topic() -> None:
    for chat in chats():
        assert chat.order in chat.opening
        assert any(ask.format(order=chat.order) in chat.opening for ask in TOPICS[chat.topic].asks)


def test_difficult_cases_have_less_of_a_chance() -> None:
    made = chats()
    easy, hard = ([c.chance for c in made if c.complex is kind] for kind in (False, True))
    assert sum(easy) / len(easy) > 0.94
    assert 0.3 < sum(hard) / len(hard) < 0.5
