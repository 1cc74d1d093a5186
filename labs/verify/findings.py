"""What a verification finds wrong with a scenario."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Finding:
    """One thing to be repaired."""

    rule: str
    about: str
    """The check, deployment or field that breaks the rule."""
    says: str

    def to_json(self) -> dict[str, str]:
        """Return plain data."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.about}: {self.says}"
