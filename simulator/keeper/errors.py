"""What ends a world, or keeps its deployment from starting."""


class SiteLost(Exception):
    """A process of ours ended: the customer's site or the field."""

    def __init__(self, what: str, process: str | None = None) -> None:
        super().__init__(what)
        self.process = process
        """Which ended by itself, perhaps with a word on why."""


class FieldLost(Exception):
    """The field does not answer any more."""


class DoesNotStart(Exception):
    """The deployment cannot take traffic: the learner's, not ours."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason


class Starved(DoesNotStart):
    """The machine did not let the deployment get ready: ours, never the learner's."""
