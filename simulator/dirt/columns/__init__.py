"""How columns are made, one kind a file. `COLUMNS` lists them; packages add theirs by entry point."""

from scenarios.vocabulary import Registry
from simulator.dirt.base import ColumnKind
from simulator.dirt.columns.fake import FAKE
from simulator.dirt.columns.format import FORMAT
from simulator.dirt.columns.formula import FORMULA
from simulator.dirt.columns.later import LATER
from simulator.dirt.columns.number import NUMBER
from simulator.dirt.columns.outcome import OUTCOME
from simulator.dirt.columns.pick import PICK
from simulator.dirt.columns.ref import LOOKUP, REF
from simulator.dirt.columns.sequence import SEQUENCE
from simulator.dirt.columns.time import TIME

COLUMNS: Registry[ColumnKind] = Registry(
    "kind of column",
    [FAKE, FORMAT, FORMULA, LATER, LOOKUP, NUMBER, OUTCOME, PICK, REF, SEQUENCE, TIME],
    group="fdelab.columns",
)
