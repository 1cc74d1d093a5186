"""Live numbers as people read them; the same words on the command line and in the app."""

from collections.abc import Iterable, Iterator

from labs.world.live.model import Link

NONE = "–"


def amount(value: float) -> str:
    """Money without its currency: `−12,340`. The sign is a real minus, as wide as a plus."""
    rounded = round(value)
    return f"{'−' if rounded < 0 else ''}{abs(rounded):,}"


def share(value: float | None) -> str:
    """Return a part of a whole, in per cent."""
    if value is None:
        return NONE
    return f"{100 * value:.0f} %" if value == 0 or value >= 0.01 else "<1 %"


def span(seconds: float | None) -> str:
    """Return a wall duration: `240 ms`, `9.8 s`."""
    if seconds is None:
        return NONE
    return f"{1000 * seconds:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def size(memory: int | None) -> str:
    """Bytes, in MiB."""
    return NONE if memory is None else f"{memory / 2**20:.0f} MiB"


def beats(restarts: int) -> str:
    """How often a service ended by itself, when it did: `, restarted twice`."""
    if not restarts:
        return ""
    return f", restarted {({1: 'once', 2: 'twice'}).get(restarts, f'{restarts} times')}"


def on_links(links: Iterable[Link]) -> Iterator[str]:
    """Yield what is on each struck link: `erp: latency from 8s to 12s on 5 %, struck 7 times`."""
    for link in links:
        for fault in link.faults:
            yield f"{link.name}: {fault.words}, struck {fault.struck} times"
