"""The topic model on messages of its kind."""

import pytest

from app.topics import TopicModel


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("my parcel is late", "delivery"),
        ("please send a return label", "return"),
        ("where is my refund", "refund"),
        ("cancel my order", "cancel"),
        ("the street is wrong", "address"),
        ("copy of my invoice", "invoice"),
        ("the glass is broken", "damaged"),
        ("voucher code not accepted", "voucher"),
    ],
)
def test_it_knows_what_a_message_is_about(text: str, topic: str) -> None:
    guess = TopicModel().guess(text)
    assert guess.topic == topic
    assert guess.confidence > 0.6
