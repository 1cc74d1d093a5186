"""What is wrong with data, one kind a file. `DIRT` lists them; packages add theirs by entry point."""

from scenarios.vocabulary import Registry
from simulator.dirt.base import DirtKind
from simulator.dirt.kinds.missing import MISSING
from simulator.dirt.kinds.sentinel import SENTINEL
from simulator.dirt.kinds.typo import TYPO
from simulator.dirt.kinds.wrong_unit import WRONG_UNIT

DIRT: Registry[DirtKind] = Registry("kind of dirt", [MISSING, SENTINEL, TYPO, WRONG_UNIT], group="fdelab.dirt")
