"""The customers of one lap's chats: what they write, what would help them, and how they behave when it does not.

The chance that the standard answer is enough for a customer depends on the case (`chance`), and on whether the help
pages keep up with the day (`lapse`), which no message tells. Outcomes are not drawn
independently: among customers with about the same chance, the number of those who are helped is exact. So two
deployments, and two seeds, differ by what they do and not by luck.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from simulator import seeds
from simulator.workloads.chat_phrases import AND, CHAT, COMPLAINTS, CUES, SECOND, THANKS, TOPICS

_NEIGHBOURS = 12
"""Customers with about the same chance, among whom numbers are exact."""


@dataclass(frozen=True)
class Chat:
    """One customer who comes with one case."""

    id: str
    at: float
    order: str
    topic: str
    also: str | None
    """A second topic in the same message."""
    complex: bool
    chance: float
    """The chance that the right standard answer is enough."""
    opening: str
    complaints: tuple[str, ...]
    """What the customer says after the first, second, … answer that does not help, before leaving. None: the customer
    leaves immediately and says nothing."""
    thanks: str | None
    """What the customer says when helped; None: nothing."""
    solvable: bool = False
    """Whether the right standard answer is enough."""
    saved: float = 0.0
    """A uniform number: an agent can still help after a bad answer when it is below the rescue's chance."""
    luck: float = 0.0
    """A uniform number that rounds the satisfaction to stars."""
    finds: float = 0.0
    """A uniform number: a page that an answer only names is found when it is below the share of those who look."""
    hurry: float = 0.0
    """A uniform number: how early the customer leaves who waits for an answer."""


def book(
    seed: int,
    times: Sequence[float],
    complex_share: Callable[[float], float],
    silent: float,
    confirms: float,
    lapse: Callable[[float], float] = lambda _at: 0.0,
) -> list[Chat]:
    """Return a chat for each time; `complex_share` of a time is the share of difficult cases, spread evenly.

    `silent` is the share of those not helped who leave without a word, and `confirms` the share of those helped who say
    so. `lapse` of a time is by how much the log-odds of ordinary cases are lower, because a page is behind.
    """
    rng = seeds.rng(seed, "cases")
    chats: list[Chat] = []
    due = rng.random()
    for number, at in enumerate(times):
        due += complex_share(at)
        difficult = due >= 1
        due -= difficult
        chats.append(_case(rng, number, at, lapse(at), difficult=difficult))
    return _dealt(seed, chats, silent, confirms)


def _case(rng: Random, number: int, at: float, lapse: float, *, difficult: bool) -> Chat:
    order = f"HX-{10001 + number}"
    topic = rng.choice(list(TOPICS))
    ask = rng.choice(TOPICS[topic].asks).format(order=order)
    parts, odds, also = [ask], rng.gauss(3.6 if difficult else 4.0, 0.8), None
    if difficult:
        more, weight, also = _difficulties(rng, topic, order)
        parts += more
        odds -= weight
    else:
        odds -= lapse
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        parts.insert(rng.choice((0, len(parts))), rng.choice(CHAT))
    again = rng.choice(TOPICS[topic].asks).format(order=order)
    complaints = tuple(rng.choice(COMPLAINTS).format(ask=again) for _ in range(rng.choice((1, 2, 2, 3))))
    return Chat(
        f"C-{number + 1:05}", at, order, topic, also, difficult, 1 / (1 + math.exp(-odds)), " ".join(parts), complaints,
        rng.choice(THANKS), saved=rng.random(), luck=rng.random(), finds=rng.random(), hurry=rng.random(),
    )  # fmt: skip


def _difficulties(rng: Random, topic: str, order: str) -> tuple[list[str], float, str | None]:
    """Return what the customer adds, by how much it lowers the log-odds, and the second topic if there is one."""
    names = rng.sample([*CUES, "second"], rng.choices((1, 2, 3), (40, 40, 20))[0])
    says, weight, also = [], 0.0, None
    for name in names:
        if name == "second":
            also = rng.choice([t for t in TOPICS if t != topic])
            says.append(f"{rng.choice(AND)} {rng.choice(TOPICS[also].asks).format(order=order)}")
            weight += SECOND
        else:
            says.append(rng.choice(CUES[name].says))
            weight += CUES[name].weight
    return says, weight, also


class Lapses:
    """When the help pages are behind: good and bad hours by turns, none of them announced."""

    def __init__(self, seed: int, deep: float, every: float, whole: float) -> None:
        """`deep` is by how much the log-odds fall; each turn takes about `every`, and all together `whole`."""
        rng = seeds.rng(seed, "lapses")
        self._ends: list[tuple[float, float]] = []
        bad, until = rng.random() < 0.5, -every * rng.uniform(0.1, 0.7)
        while until < whole:
            until += every * rng.uniform(0.8, 1.2)
            self._ends.append((until, deep * rng.uniform(0.85, 1.15) if bad else 0.0))
            bad = not bad

    def at(self, time: float) -> float:
        """Return by how much the log-odds are lower at a time since the beginning."""
        return next((lapse for until, lapse in self._ends if time < until), 0.0)


def _dealt(seed: int, chats: list[Chat], silent: float, confirms: float) -> list[Chat]:
    """Return the same chats with their outcomes, exact in number among customers with about the same chance."""
    order = sorted(range(len(chats)), key=lambda i: chats[i].chance)
    dealt = list(chats)
    for label, share in (("solved", None), ("silent", silent), ("confirms", confirms)):
        rng = seeds.rng(seed, label)
        owed = rng.random()
        for begin in range(0, len(order), _NEIGHBOURS):
            some = order[begin : begin + _NEIGHBOURS]
            owed += sum(chats[i].chance if share is None else share for i in some)
            chosen = set(rng.sample(some, min(int(owed), len(some))))
            owed -= len(chosen)
            for i in some:
                dealt[i] = _with(dealt[i], label, chosen=i in chosen)
    return dealt


def _with(chat: Chat, label: str, *, chosen: bool) -> Chat:
    if label == "solved":
        return replace(chat, solvable=chosen)
    if label == "silent":
        return replace(chat, complaints=()) if chosen else chat
    return chat if chosen else replace(chat, thanks=None)
