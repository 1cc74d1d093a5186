"""What is wrong with data, one kind a file. `DIRT` lists them; packages add theirs by entry point."""

from scenarios.vocabulary import Registry
from simulator.dirt.base import DirtKind
from simulator.dirt.kinds.date_format import DATE_FORMAT
from simulator.dirt.kinds.duplicate import DUPLICATE
from simulator.dirt.kinds.label_noise import LABEL_NOISE
from simulator.dirt.kinds.late import LATE
from simulator.dirt.kinds.local_time import LOCAL_TIME
from simulator.dirt.kinds.missing import MISSING
from simulator.dirt.kinds.mixed_encoding import MIXED_ENCODING
from simulator.dirt.kinds.mojibake import MOJIBAKE
from simulator.dirt.kinds.near_duplicate import NEAR_DUPLICATE
from simulator.dirt.kinds.out_of_order import OUT_OF_ORDER
from simulator.dirt.kinds.outlier import OUTLIER
from simulator.dirt.kinds.schema_change import SCHEMA_CHANGE
from simulator.dirt.kinds.sentinel import SENTINEL
from simulator.dirt.kinds.separators import SEPARATORS
from simulator.dirt.kinds.swapped import SWAPPED
from simulator.dirt.kinds.typo import TYPO
from simulator.dirt.kinds.wrong_unit import WRONG_UNIT

_CELLS = [DATE_FORMAT, LABEL_NOISE, LOCAL_TIME, MISSING, MIXED_ENCODING, MOJIBAKE, OUTLIER, SENTINEL, SEPARATORS,
          SWAPPED, TYPO, WRONG_UNIT]  # fmt: skip
_ROWS = [DUPLICATE, LATE, NEAR_DUPLICATE, OUT_OF_ORDER, SCHEMA_CHANGE]

DIRT: Registry[DirtKind] = Registry("kind of dirt", [*_CELLS, *_ROWS], group="fdelab.dirt")
"""Every kind of dirt that a scenario may name."""
