"""Vectors of texts: near where the wording is, the same for the same text, and shorter by cutting."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.parts.llm.embeddings import vector
from simulator.parts.llm.memory import Memory
from simulator.parts.llm.requests import Message

BROKEN, BROKE, PALLETS = (
    "my drill is broken, money back",
    "Money back! My drill broke",
    "twelve pallets arrive on Thursday",
)


def near(one: str, other: str, dimensions: int = 1536, cut: int | None = None, model: str = "m") -> float:
    a, b = vector(one, model, dimensions)[:cut], vector(other, model, dimensions)[:cut]
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def test_texts_that_share_their_wording_are_near_whole_and_cut() -> None:
    for cut in (None, 1024, 512, 256, 64):
        assert near(BROKEN, BROKE, cut=cut) > 0.35 > near(BROKEN, PALLETS, cut=cut)
    assert near(BROKEN, BROKEN.upper()) > 0.999


def test_another_model_has_other_vectors() -> None:
    assert not np.array_equal(vector(BROKEN, "m", 64), vector(BROKEN, "n", 64))


@given(st.text(min_size=1), st.integers(1, 4096))
def test_every_text_has_a_finite_vector_of_the_right_size(text: str, dimensions: int) -> None:
    made = vector(text, "m", dimensions)
    assert made.shape == (dimensions,)
    assert np.isfinite(made).all()
    assert np.array_equal(made, vector(text, "m", dimensions))


@given(st.lists(st.integers(0, 2**31 - 1), min_size=1))
def test_so_have_tokens(numbers: list[int]) -> None:
    assert math.isfinite(float(vector(tuple(numbers), "m", 100).sum()))


def test_the_newest_responses_are_kept() -> None:
    memory = Memory()
    for number in range(30):
        memory.keep(f"r{number}", (Message("user", "x" * 2**20),))
    kept = [number for number in range(30) if f"r{number}" in memory]
    assert kept == list(range(15, 30))
