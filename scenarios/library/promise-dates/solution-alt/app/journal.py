"""What has to be bought, from the moment of the promise until the ERP has it."""

from collections import deque

from app.erp.orderfile import Line


class Journal:
    """Purchase orders on two piles: to be sent, and, where that did not work at once, to be filed."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self.to_send: deque[Line] = deque()
        self.to_file: deque[Line] = deque()

    def enter(self, line: Line) -> None:
        """Write it down; the same order again is nothing new."""
        if line.order not in self._seen:
            self._seen.add(line.order)
            self.to_send.append(line)

    def file_all(self) -> None:
        """Send nothing of what is waiting: it goes by file."""
        self.to_file.extend(self.to_send)
        self.to_send.clear()
