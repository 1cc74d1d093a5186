"""What the model said last: the page's own figures, for customers who come while it cannot be asked."""


class Phrasebook:
    """The latest answer on each topic, by the order's status. A page that changes is in the next answer."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], str] = {}

    def learn(self, topic: str, status: str, order: str, text: str) -> None:
        """The model has said this to a customer with that order."""
        self._said[topic, status] = text.replace(order, "{order}")

    def answer(self, topic: str, status: str, order: str) -> str | None:
        """The same to another customer; None: it never spoke about that."""
        text = self._said.get((topic, status))
        return text and text.replace("{order}", order)
