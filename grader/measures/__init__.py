"""What can be measured: one measure a file; installed packages add theirs as entry points of `fdelab.measures`."""

from grader.measures.availability import AVAILABILITY
from grader.measures.base import Measure, MeasureParams, Observation
from grader.measures.count import COUNT
from grader.measures.latency import LATENCY
from grader.measures.ledger import LEDGER
from grader.measures.peak import PEAK
from grader.measures.rate import RATE
from grader.measures.ratio import RATIO
from grader.measures.recovered import RECOVERED
from grader.measures.sql import SQL
from grader.measures.survived import SURVIVED
from scenarios.vocabulary import Registry

MEASURES: Registry[Measure] = Registry(
    "measure",
    [AVAILABILITY, COUNT, LATENCY, LEDGER, PEAK, RATE, RATIO, RECOVERED, SQL, SURVIVED],
    "fdelab.measures",
)
"""Every known measure by name."""

__all__ = ["MEASURES", "Measure", "MeasureParams", "Observation"]
