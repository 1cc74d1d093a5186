"""What a `with` statement closes at its end."""

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """A context manager that is itself what it manages, until it is closed."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what it holds; a second time does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
