"""What each runtime can bound while a process runs, and why the others cannot: known before a world is made."""

from collections.abc import Mapping

_CANNOT: Mapping[str, Mapping[str, str]] = {
    "cpu": {
        "local": "it sets no limits on what it runs",
        "box": "its services share the cores of one container, by priority and without quotas",
    },
    "memory": {"local": "it sets no limits on what it runs"},
    "disk": {
        "local": "its services write to this machine's own disk",
        "box": "the homes of its services are folders of one disk",
    },
}


def unsupported(power: str) -> Mapping[str, str]:
    """Return the runtimes that cannot bound `power` (cpu, memory, disk), each with why."""
    return _CANNOT[power]
