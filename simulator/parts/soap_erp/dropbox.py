"""The folder that order files are delivered to, and their nightly import."""

import re
from dataclasses import dataclass

from simulator.parts.soap_erp.fixedwidth import FileOrder, FileRejected, parse
from simulator.parts.soap_erp.orders import OrderBook, PurchaseOrder

NAME = re.compile(r"[A-Za-z0-9._-]{1,60}\.txt", re.ASCII)
"""Matches valid file names; a file's protocol has the same name with `.log`."""

MAX_FILES, MAX_BYTES = 1_000, 8 * 2**20
"""Most files, and most bytes, that the drop box holds in one night."""


class DropboxFull(Exception):
    """Another file does not fit."""


@dataclass(frozen=True)
class Import:
    """The result of importing one file."""

    name: str
    orders: int | None
    """Order lines; None when the file was rejected."""
    created: tuple[PurchaseOrder, ...] = ()
    """Orders whose reference was new."""
    problems: tuple[str, ...] = ()


class Dropbox:
    """The delivered files of one lap by name, each with its protocol."""

    def __init__(self, articles: frozenset[str]) -> None:
        self._articles = articles
        self.files: dict[str, bytes] = {}
        self.protocols: dict[str, str] = {}

    def deliver(self, name: str, data: bytes) -> Import:
        """Store a file, replacing one of the same name, and return what the import would find.

        Raises `DropboxFull`.
        """
        others = [len(file) for other, file in self.files.items() if other != name]
        if len(others) >= MAX_FILES or sum(others) + len(data) > MAX_BYTES:
            raise DropboxFull(name)
        self.files[name] = data
        orders, problems = self._read(data)
        self._protocol(name, "DELIVERED", f"{len(orders)} orders, imported tonight", problems)
        return Import(name, None if problems else len(orders), problems=problems)

    def run(self, book: OrderBook, at: float) -> list[Import]:
        """Import every file in order of its name: completely or not at all, and without known references."""
        return [self._import(name, book, at) for name in sorted(self.files)]

    def _import(self, name: str, book: OrderBook, at: float) -> Import:
        orders, problems = self._read(self.files[name])
        placed = [book.place(o.order, o.reference, o.article, o.quantity, at, "file") for o in orders]
        created = tuple(order for order, new in placed if new)
        known = len(orders) - len(created)
        self._protocol(name, "IMPORTED", f"{len(created)} orders created, {known} references known already", problems)
        return Import(name, None if problems else len(orders), created, problems)

    def _read(self, data: bytes) -> tuple[list[FileOrder], tuple[str, ...]]:
        try:
            return parse(data, self._articles.__contains__), ()
        except FileRejected as rejected:
            return [], tuple(rejected.problems)

    def _protocol(self, name: str, state: str, says: str, problems: tuple[str, ...]) -> None:
        lines = ("REJECTED", *problems) if problems else (f"{state}: {says}",)
        self.protocols[f"{name.removesuffix('.txt')}.log"] = "\n".join(lines) + "\n"
