"""Parameters of the drop."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from scenarios.units import Share, Simulated
from scenarios.vocabulary import FIXED, Named, Params
from simulator.dirt.render import Csv, fillable
from simulator.parts.schedule import Schedule, Spell

_WORD = "[A-Za-z0-9_-][A-Za-z0-9._-]*"
Folder = Annotated[str, Field(pattern=rf"^{_WORD}(/{_WORD})*$", examples=["outbox"])]


class Resent(Spell):
    """Files that are sent again, this long after they came."""

    name: Literal["same", "new"] = "same"
    """Replacing the first one, or beside it with `_r` added to its name."""
    rows: Share = 1.0
    """The share of the file that comes again: its last rows."""


class Locked(Params):
    """Files that cannot be opened for a while after they came, because somebody else has them open."""

    share: Share
    lasts: Simulated = Field(default=3600.0, gt=0, json_schema_extra={"acts_on": True})


class Feed(Schedule):
    """Files of one kind. Without a schedule there is one, from the beginning.

    Shares apply to the feed's files in order, and are exact in number.
    """

    name: str = Field(min_length=1, max_length=120)
    """File name; `{date}`, `{time}` (of the due time; `{due:%d%m%y}` for others), `{n}` and the columns of `split`."""
    folder: Folder = "outbox"
    text: str | None = None
    """The content as it is…"""
    data: str | None = Field(default=None, json_schema_extra={"names": "dataset"})
    """…or a dataset, of which each file has the rows that are new since the file before."""
    time: str | None = None
    """The dataset's column with the time when a row is new; left out: rows are spread evenly over the files."""
    split: list[str] = Field(default=[])
    """Make a separate file for each value of these columns."""
    csv: Csv = Csv()
    formats: dict[str, Csv] = Field(default={})
    """Another format for this value of the first column of `split`."""
    overlap: Share = 0.0
    """Each file begins with this share of the rows of the one before."""
    write: Simulated = 0.0
    """How long the customer's system takes to write a file…"""
    while_writing: Literal["grows", "part"] = "grows"
    """…which meanwhile grows under its name, or under its name with `.part`."""
    late: Spell | None = None
    resent: Resent | None = None
    duplicated: Share = 0.0
    """Files that come twice at the same time, the second with `_copy` in its name."""
    locked: Locked | None = None
    misnamed: Share = 0.0
    """Files whose name has the wrong case, a blank in it or no extension."""
    cut: Share = 0.0
    """Files that are truncated for good."""
    lost: Share = 0.0
    """Files that never come."""

    @model_validator(mode="after")
    def _one_source(self) -> "Feed":
        if (self.text is None) == (self.data is None):
            raise ValueError("takes either `text` or `data`")
        if self.text is not None and (self.split or self.time or self.overlap):
            raise ValueError("`time`, `split` and `overlap` are about rows: they need `data`")
        if self.formats and not self.split:
            raise ValueError("`formats` are chosen by the first column of `split`: there is none")
        fillable(
            self.name, {"date": "", "time": "", "due": datetime(2000, 1, 1), "n": 1, **dict.fromkeys(self.split, "")}
        )
        return self


class SftpDropParams(Params):
    """Parameters of `sftp-drop`. A phase may change all but `host_key`, `folders` and `feeds`."""

    user: str = Field(default="partner", pattern=r"^[a-z_][a-z0-9_.-]{0,31}$")
    """Who the deployment logs in as."""
    password: str = Field(default="partner", min_length=1)
    """The password of new logins: setting another in a phase changes it."""
    host_key: str = Field(default="1", json_schema_extra=FIXED)
    """A word that the server's key is derived from."""
    sessions: int = Field(default=10, gt=0)
    """Concurrent connections; further ones are refused."""
    locked: bool = False
    """Opening files is refused: a backup runs."""
    folders: dict[Folder, Literal["read", "take", "write"]] = Field(
        default={"outbox": "take", "inbox": "write"}, json_schema_extra=FIXED
    )
    """What may be done in each: `read`; also remove and rename files (`take`); also deliver them (`write`)."""
    feeds: dict[str, Feed] = Field(default={}, json_schema_extra=FIXED)
    """The files that arrive, by a name of their own."""

    def named(self) -> Iterable[Named]:
        for name, feed in self.feeds.items():
            if feed.data is not None and feed.time is not None:
                yield Named(("feeds", name, "time"), feed.time, feed.data)
            for index, column in enumerate(feed.split if feed.data is not None else ()):
                yield Named(("feeds", name, "split", index), column, feed.data)

    @model_validator(mode="after")
    def _folders_exist(self) -> "SftpDropParams":
        for name, feed in self.feeds.items():
            if feed.folder not in self.folders:
                raise ValueError(f"feed {name!r}: there is no folder {feed.folder!r} in `folders`")
        return self
