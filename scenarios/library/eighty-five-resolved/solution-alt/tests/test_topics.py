"""The topic model on messages of its kind."""

import pytest

from app.topics import TopicModel


@pytest.mark.parametrize(
    ("text", "topic"),
    [("my parcel is late", "delivery"), ("where is my refund", "refund"), ("cancel my order", "cancel")],
)
def test_it_knows_what_a_message_is_about(text: str, topic: str) -> None:
    assert TopicModel().ranking(text)[0] == topic
