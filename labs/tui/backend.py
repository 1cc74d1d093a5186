"""All that the app asks of the rest of fdelab. Every call may take time and is made in a worker.

Each raises a `LabError` that says what is wrong and what to do about it.
"""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from labs.engagement import Engagement
    from labs.shelf import Listed


class Backend(Protocol):
    """What the places show, and what they can have done."""

    def shelf(self, lint: bool) -> "list[Listed]":
        """Every scenario of the library, those with problems too; with `lint` all their problems, a second later."""

    def resume(self, folder: str | None) -> "Engagement | None":
        """The engagement in the folder that the app was opened in, else the one in `folder`, if it is still there."""
