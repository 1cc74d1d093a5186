"""The looks on terminals of 256 and of 16 colours, as Rich makes them there."""

import io
import sys

import pytest
from rich.color import Color
from textual.theme import Theme

from labs.tui import terminal
from labs.tui.app import Fdelab
from labs.tui.memory import Memory
from labs.tui.palettes import CURSORS, GROUNDS, INKS, SYSTEMS, contrast, fitted
from labs.tui.themes import LEAST, THEMES
from tests.unit.tui.fakes import Fake

LOOKS = [(name, system) for name in THEMES for system in SYSTEMS]


def shown(theme: Theme, name: str, system: str) -> tuple[int, int, int]:
    """What stands on the terminal for a colour of a theme."""
    value = theme.variables.get(name) or str(getattr(theme, name))
    red, green, blue = Color.parse(value).downgrade(SYSTEMS[system]).get_truecolor()
    return (red, green, blue)


def meant(theme: Theme, name: str) -> str:
    return theme.variables.get(name) or str(getattr(theme, name))


@pytest.mark.parametrize(("name", "system"), LOOKS)
def test_text_can_be_read_with_few_colours(name: str, system: str) -> None:
    theme = fitted(THEMES[name], system, LEAST[name])
    least = LEAST[name] if system == "256" else 4.5
    poor = {
        f"{ink} on {ground}": round(ratio, 1)
        for ink in INKS
        for ground in GROUNDS
        if (ratio := contrast(shown(theme, ink, system), shown(theme, ground, system)))
        # Of sixteen colours only one grey stands on white, and it is for what is said beside.
        < (3.9 if (ink, system) == ("dim", "standard") else least)
    }
    assert poor == {}
    for ground, ink in CURSORS.items():
        assert contrast(shown(theme, ink, system), shown(theme, ground, system)) >= min(least, 4.5)


@pytest.mark.parametrize(("name", "system"), LOOKS)
def test_what_is_another_colour_stays_another(name: str, system: str) -> None:
    theme, wanted = fitted(THEMES[name], system, LEAST[name]), THEMES[name]
    for one in INKS:
        for other in INKS:
            same = meant(wanted, one) == meant(wanted, other)
            assert (shown(theme, one, system) == shown(theme, other, system)) is same, (one, other)
    for cursor in CURSORS:
        assert shown(theme, cursor, system) not in {shown(theme, ground, system) for ground in GROUNDS}


@pytest.mark.parametrize("name", ["dark", "light"])
def test_grounds_stay_apart_with_256_colours(name: str) -> None:
    theme = fitted(THEMES[name], "256", LEAST[name])
    assert len({shown(theme, ground, "256") for ground in GROUNDS}) == 3
    # Grey, as they were meant to be at a glance, and neither black nor navy.
    assert all(max(shown(theme, ground, "256")) - min(shown(theme, ground, "256")) < 16 for ground in GROUNDS)


@pytest.mark.parametrize(("name", "system"), LOOKS)
def test_meanings_keep_their_hue(name: str, system: str) -> None:
    theme = fitted(THEMES[name], system, LEAST[name])
    red, green, blue = shown(theme, "success", system)
    assert green == max(red, green, blue)
    red, green, blue = shown(theme, "error", system)
    assert red == max(red, green, blue)
    red, green, blue = shown(theme, "primary", system)
    assert min(green, blue) > red


@pytest.mark.parametrize(
    ("term", "colorterm", "system"),
    [("xterm-256color", "", "256"), ("screen-256color", "", "256"), ("xterm-256color", "truecolor", "truecolor"),
     ("xterm", "", "standard"), ("xterm-16color", "", "standard")],
)  # fmt: skip
def test_the_terminal_decides(term: str, colorterm: str, system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("COLORTERM", colorterm)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "__stderr__", Tty())
    for name, theme in terminal.themes().items():
        assert theme == fitted(THEMES[name], system, LEAST[name])
        assert (theme is THEMES[name]) is (system == "truecolor")


async def test_the_app_wears_what_fits() -> None:
    themes = {name: fitted(theme, "256", LEAST[name]) for name, theme in THEMES.items()}
    app = Fdelab(Fake(), Memory(theme="light"), themes=themes)
    async with app.run_test(size=(80, 24)) as pilot:
        assert pilot.app.theme_variables["panel"].lower() == str(themes["light"].panel).lower()
        app.wear("dark")
        await pilot.pause()
        assert pilot.app.theme_variables["panel"].lower() == str(themes["dark"].panel).lower()
