"""The article master: numbers and names. The names need ISO-8859-1 to survive."""

from functools import cache

FIRST = 1001

_NAMES = (
    "Schraubenschlüssel", "Bohrfutter", "Fräser für Aluminium", "Sägeblatt grün", "Größenlehre",
    "Gewindebohrer", "Spannhülse", "Meißel weiß", "Drehmomentschlüssel", "Körner Übergröße",
)  # fmt: skip


@cache
def articles(count: int) -> tuple[str, ...]:
    """Return the article numbers in order: `A-1001` and up."""
    return tuple(f"A-{FIRST + i}" for i in range(count))


def name(article: str) -> str:
    """Return the article's name: `Bohrfutter 14 mm`."""
    number = int(article.removeprefix("A-")) - FIRST
    return f"{_NAMES[number % len(_NAMES)]} {6 + 2 * (number // len(_NAMES))} mm"
