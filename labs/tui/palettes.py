"""The looks on terminals of 256 or 16 colours: what they have that comes nearest, and can still be told apart and read.

Rich takes for each colour the nearest by a rule of its own, by which dark blue grounds turn black and navy, and three
greens one. Here nearest is meant as the eye sees it (CIE 1976, L*a*b*), and what is read must keep its contrast. Of
sixteen, none is near enough: they are chosen by what they mean.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from math import dist

from rich.color import Color, ColorSystem
from textual.theme import Theme

Rgb = tuple[int, int, int]
GROUNDS = ("background", "surface", "panel")
INKS = ("foreground", "dim", "primary", "success", "error", "accent", "warning", "secondary")
"""Those that are read, in the order in which they choose."""
CURSORS = {"block-cursor-background": "block-cursor-foreground",
           "block-cursor-blurred-background": "block-cursor-blurred-foreground"}  # fmt: skip
READ = 4.5
SYSTEMS = {"256": ColorSystem.EIGHT_BIT, "standard": ColorSystem.STANDARD}
"""Rich's names for terminals that have fewer colours than we want."""
VGA: tuple[Rgb, ...] = (
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
    (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255),
    (255, 255, 255),
)  # fmt: skip
"""The sixteen as the first adapters had them: what Rich takes each of them for."""
_ON_BLACK = {
    "background": 0, "surface": 0, "panel": 0, "foreground": 7, "dim": 8, "primary": 14, "secondary": 13, "success": 10,
    "error": 9, "accent": 11, "warning": 11, "rule": 8, "block-cursor-background": 4, "block-cursor-foreground": 15,
    "block-cursor-blurred-background": 6, "block-cursor-blurred-foreground": 15,
}  # fmt: skip
_ON_WHITE = {
    "background": 15, "surface": 15, "panel": 15, "foreground": 0, "dim": 8, "primary": 6, "secondary": 4, "success": 2,
    "error": 1, "accent": 5, "warning": 5, "rule": 7, "block-cursor-background": 4, "block-cursor-foreground": 15,
    "block-cursor-blurred-background": 7, "block-cursor-blurred-foreground": 0,
}  # fmt: skip
"""Numbers of the sixteen, by what they are for: 8 is grey, and 9 to 15 are bright."""


def fitted(theme: Theme, system: str | None, least: float = READ) -> Theme:
    """Return a look as a terminal of that colour system can show it; itself, where that has all colours, or none.

    `least`: the contrast that what is read keeps, where there are colours for it.
    """
    if system not in SYSTEMS:
        return theme
    wanted = {name: str(getattr(theme, name)) for name in (*GROUNDS, *INKS) if name != "dim"}
    wanted |= {name: value for name, value in theme.variables.items() if value.startswith("#")}
    there = _shown(SYSTEMS[system])
    if system == "standard":
        numbers = (_ON_BLACK if theme.dark else _ON_WHITE).items()
        chosen = {name: _triplet(Color.from_ansi(number)) for name, number in numbers}
    else:
        chosen = {name: _nearest(wanted[name], there) for name in GROUNDS}
        _choose_inks(wanted, chosen, there, least)
        _choose_cursors(wanted, chosen, there, least)
    known = {wanted[name]: colour for name, colour in chosen.items()}
    rest = {name: known.get(value) or _nearest(value, there) for name, value in wanted.items() if name not in chosen}
    hexes = {name: Color.from_rgb(*there[colour]).get_truecolor().hex for name, colour in (chosen | rest).items()}
    own = {name: value for name, value in hexes.items() if name not in theme.variables}
    return replace(theme, variables=theme.variables | {n: hexes[n] for n in theme.variables if n in hexes}, **own)  # type: ignore[arg-type]


def _choose_inks(wanted: Mapping[str, str], chosen: dict[str, Rgb], there: Iterable[Rgb], least: float) -> None:
    """Each the nearest that can be read on every ground, and that none has which was another colour."""
    grounds = [chosen[name] for name in GROUNDS]
    for name in INKS:
        same = [other for other in INKS if other in chosen and wanted[other] == wanted[name]]
        taken = {chosen[other] for other in INKS if other in chosen}
        free = [colour for colour in there if colour not in taken]
        chosen[name] = chosen[same[0]] if same else _readable(wanted[name], free, grounds, least)


def _choose_cursors(wanted: Mapping[str, str], chosen: dict[str, Rgb], there: Iterable[Rgb], least: float) -> None:
    """Grounds of their own, as far as the text on them leaves any."""
    for ground, ink in CURSORS.items():
        chosen[ink] = _nearest(wanted[ink], there)
        free = [colour for colour in there if colour not in chosen.values()]
        chosen[ground] = _readable(wanted[ground], free, [chosen[ink]], least)


def _readable(wanted: str, free: Iterable[Rgb], against: Iterable[Rgb], least: float) -> Rgb:
    """Return the nearest one with that much contrast; where none has, the one that has most."""
    worst = {colour: min(contrast(colour, other) for other in against) for colour in free}
    good = [colour for colour, ratio in worst.items() if ratio >= least]
    return _nearest(wanted, good) if good else max(worst, key=lambda colour: worst[colour])


def _nearest(wanted: str, among: Iterable[Rgb]) -> Rgb:
    goal = _lab(_rgb(wanted))
    return min(among, key=lambda colour: dist(_lab(colour), goal))


@cache
def _shown(system: ColorSystem) -> dict[Rgb, Rgb]:
    """Colours of a palette, each with one that Rich turns into it; some that it has, Rich gives to nobody."""
    if system is ColorSystem.STANDARD:
        return {_triplet(Color.from_ansi(number)): colour for number, colour in enumerate(VGA)}
    given = [_triplet(Color.from_ansi(number)) for number in range(16, 256)]
    given += [(grey, grey, grey) for grey in range(256)]
    found: dict[Rgb, Rgb] = {}
    for colour in given:
        found.setdefault(_triplet(Color.from_rgb(*colour).downgrade(system)), colour)
    return found


def _triplet(colour: Color) -> Rgb:
    red, green, blue = colour.get_truecolor()
    return (red, green, blue)


def contrast(one: Rgb, other: Rgb) -> float:
    """Of text on a ground, 1 to 21 (WCAG 2.2)."""
    light, ground = _luminance(one), _luminance(other)
    return (max(light, ground) + 0.05) / (min(light, ground) + 0.05)


@cache
def _luminance(colour: Rgb) -> float:
    return _linear(colour)[1]


def _rgb(colour: str) -> Rgb:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


_LINEAR = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (value / 255 for value in range(256))]


def _linear(colour: Rgb) -> tuple[float, float, float]:
    """X, Y and Z of sRGB, by D65."""
    red, green, blue = (_LINEAR[value] for value in colour)
    return (
        0.4124 * red + 0.3576 * green + 0.1805 * blue,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        0.0193 * red + 0.1192 * green + 0.9505 * blue,
    )


@cache
def _lab(colour: Rgb) -> tuple[float, float, float]:
    white = (0.9505, 1.0, 1.089)
    x, y, z = (
        ratio ** (1 / 3) if ratio > 0.008856 else 7.787 * ratio + 4 / 29
        for ratio in (value / most for value, most in zip(_linear(colour), white, strict=True))
    )
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))
