"""The drop as the registry knows it; the SSH library is imported only when one is made or reached."""

from collections.abc import Iterable

from simulator.parts.base import Access, Day, PartKind, Told, made_by
from simulator.parts.sftp_drop.params import SftpDropParams
from simulator.parts.sftp_drop.tables import TABLES


def _access(params: SftpDropParams) -> Access:
    from simulator.parts.sftp_drop.hostkey import public

    return Access(params.user, params.password, "/", {"HOST_KEY": public(params.host_key)})


def _leaves(params: SftpDropParams, day: Day) -> Iterable[tuple[str, bytes]]:
    """Every file that arrived before the day was over, as it was delivered."""
    from simulator.parts.sftp_drop.arrivals import Source, arrivals

    sources = {
        name: Source.of(day.data[feed.data], [*feed.split, *([feed.time] if feed.time else [])])
        for name, feed in params.feeds.items()
        if feed.data is not None
    }
    for arrival in arrivals(params.feeds, day.timeline, day.seed, sources):
        if arrival.ends < day.timeline.spans[-1].ends:
            yield arrival.path, arrival.content


SFTP_DROP = PartKind(
    name="sftp-drop",
    params=SftpDropParams,
    make=made_by("simulator.parts.sftp_drop.part:SftpDrop"),
    protocol="tcp",
    tables=TABLES,
    scheme="sftp",
    access=_access,
    leaves=_leaves,
    example=lambda params: f"ls /{next(iter(params.folders), '')}",
    settles=lambda _params: {
        "delivered": Told(("path", "bytes", "sha256", "rows", "content"), ("delivered",)),
        "arrived": Told(("path", "feed", "data", "kind", "at", "free_at", "rows", "numbers"), ("arrived",)),
    },
)
