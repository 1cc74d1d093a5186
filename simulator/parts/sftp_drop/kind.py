"""The drop as the registry knows it; the SSH library is imported only when one is made or reached."""

from simulator.parts.base import Access, PartKind, Told, made_by
from simulator.parts.sftp_drop.params import SftpDropParams
from simulator.parts.sftp_drop.tables import TABLES


def _access(params: SftpDropParams) -> Access:
    from simulator.parts.sftp_drop.hostkey import public

    return Access(params.user, params.password, "/", {"HOST_KEY": public(params.host_key)})


SFTP_DROP = PartKind(
    name="sftp-drop",
    params=SftpDropParams,
    make=made_by("simulator.parts.sftp_drop.part:SftpDrop"),
    protocol="tcp",
    tables=TABLES,
    scheme="sftp",
    access=_access,
    settles=lambda _params: {
        "delivered": Told(("path", "bytes", "sha256", "rows", "content"), ("delivered",)),
        "arrived": Told(("path", "feed", "data", "kind", "at", "free_at", "rows", "numbers"), ("arrived",)),
    },
)
