"""The three looks: dark, light, and high contrast. Each colour has one meaning wherever it is.

primary: what can be acted on · accent: money and time · success, warning, error: how something stands. None of them
is ever the only signal: a word or a glyph says the same. Contrast of text on background is at least 4.5 : 1 (WCAG
2.2, 1.4.3), in `contrast` 7 : 1 (1.4.6); a test computes it.
"""

from textual.theme import Theme


def _theme(
    name: str, colours: dict[str, str], *, dark: bool, dim: str, rule: str, key: str, cursor: str, blurred: str,
    on_cursor: str, border: str,
) -> Theme:  # fmt: skip
    """Return a theme whose footer, cursors and borders follow from a few colours; we add `dim` and `rule`."""
    panel, text = colours["panel"], colours["foreground"]
    grounds = ("footer-background", "footer-item-background", "footer-key-background", "footer-description-background")
    variables = dict.fromkeys(grounds, panel) | {
        "dim": dim,
        "rule": rule,
        "footer-key-foreground": key,
        "footer-description-foreground": dim,
        "block-cursor-background": cursor,
        "block-cursor-foreground": on_cursor,
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": blurred,
        "block-cursor-blurred-foreground": text,
        "border": border,
        "border-blurred": rule,
    }
    return Theme(name=name, dark=dark, text_alpha=1.0, variables=variables, **colours)  # type: ignore[arg-type]


DARK = _theme(
    "fdelab-dark",
    {
        "primary": "#5cc8d7", "secondary": "#8a93f0", "accent": "#f2b45c", "success": "#7ecf8b",
        "warning": "#f2b45c", "error": "#f0707a", "foreground": "#d7dde6", "background": "#0e131b",
        "surface": "#141b26", "panel": "#1b2432",
    },
    dark=True, dim="#8c9ab0", rule="#2c394d", key="#5cc8d7", cursor="#24485a", blurred="#1d2b3a", on_cursor="#ffffff",
    border="#5cc8d7",
)  # fmt: skip

LIGHT = _theme(
    "fdelab-light",
    {
        "primary": "#0b6576", "secondary": "#4a4fb8", "accent": "#8a5100", "success": "#1d6634",
        "warning": "#8a5100", "error": "#b3243a", "foreground": "#1c2530", "background": "#fbfaf7",
        "surface": "#f3f1ec", "panel": "#e8e5dd",
    },
    dark=False, dim="#525c6a", rule="#cfcabd", key="#0b6576", cursor="#bfe0e4", blurred="#dfe8e6", on_cursor="#0d1a24",
    border="#0b6576",
)  # fmt: skip

CONTRAST = _theme(
    "fdelab-contrast",
    {
        "primary": "#00e5ff", "secondary": "#c9a7ff", "accent": "#ffd400", "success": "#4dff7c",
        "warning": "#ffd400", "error": "#ff8a8a", "foreground": "#ffffff", "background": "#000000",
        "surface": "#000000", "panel": "#000000",
    },
    dark=True, dim="#e0e0e0", rule="#ffffff", key="#ffd400", cursor="#ffffff", blurred="#404040", on_cursor="#000000",
    border="#ffd400",
)  # fmt: skip

LEAST = {"dark": 4.5, "light": 4.5, "contrast": 7.0}
"""Contrast of what is read, by the look's name."""

THEMES = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST}
"""By the name that a person gives it."""
