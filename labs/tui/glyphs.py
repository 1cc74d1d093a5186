"""Signs that several places share. Each stands beside a word, and each has its own shape: colour is never alone."""

from textual.content import Content

STANDING = {
    "new": ("○", "dim"),
    "engaged": ("◐", "primary"),
    "running": ("▶", "primary"),
    "passed": ("✔", "success"),
    "broken": ("✖", "error"),
}
"""Glyph and colour of each `labs.overview.items.ItemStatus`."""

MOST_LEVEL = 4


def standing(word: str) -> Content:
    """How far a learner is with a scenario."""
    glyph, colour = STANDING[word]
    return Content.from_markup(f"[${colour}]{glyph} {word}[/]")


def level(number: int) -> Content:
    """0 to 4, as dots and as a number."""
    dots = "●" * number + "○" * (MOST_LEVEL - number)
    return Content.from_markup(f"{number} [$dim]{dots}[/]")


def meter(value: float, most: float, width: int, colour: str = "primary") -> Content:
    """Return a bar; the number itself is the caller's to say."""
    full = round(width * max(0.0, min(value / most, 1.0))) if most else 0
    return Content.from_markup(f"[${colour}]{'━' * full}[/][$rule]{'━' * (width - full)}[/]")
