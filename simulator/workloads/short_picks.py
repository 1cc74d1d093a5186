"""What sent a picker to too little: the scans by which the books believe in more than there is. Pure.

What one kind of mistake adds to the belief in a pick face is summed up over the face's scans; a short pick is put to
the kind that adds most. So each has one cause, though several mistakes may meet in a face.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from simulator.workloads.pick_faces import Face
from simulator.workloads.scan_audit import Scan, Verdict

Mistake = Literal["letters", "not-loaded", "held-back", "doubled", "invented", "sku", "bin", "qty", "scanned_at"]
"""`letters`: lost, and the scan has some that are not ASCII; `not-loaded`: lost for another reason. The last four: the
column is booked wrong."""


def mistake(scan: Scan, verdict: Verdict, column: str | None) -> Mistake:
    """Return the kind of mistake that a finding of the audit is."""
    if verdict == "lost":
        return "not-loaded" if str(scan.clean["bin"]).isascii() else "letters"
    if verdict == "wrong":
        return column  # type: ignore[return-value]  # the audit names no others
    return verdict


@dataclass
class Beliefs:
    """By pick face, what each kind of mistake adds to the belief in it, and from which wall second on."""

    _added: dict[Face, list[tuple[float, Mistake, int]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, face: Face, at: float, kind: Mistake, effect: int | None) -> None:
        """Take a scan into account that came at wall second `at`; without an `effect` it has none that can be told."""
        if effect:
            self._added[face].append((at, kind, effect))

    def added(self, face: Face, until: float) -> Mapping[Mistake, int]:
        """Return the eaches that each kind of mistake has added to the belief in a face until then."""
        sums: dict[Mistake, int] = defaultdict(int)
        for at, kind, effect in self._added[face]:
            if at <= until:
                sums[kind] += effect
        return sums


def largest(added: Mapping[Mistake, int]) -> tuple[Mistake | None, int]:
    """Return the kind that adds most, and how much; None where none adds anything. Equal ones go by their names."""
    found: Iterable[tuple[int, Mistake]] = ((-effect, kind) for kind, effect in added.items() if effect > 0)
    effect, kind = min(found, default=(0, None))
    return kind, -effect
