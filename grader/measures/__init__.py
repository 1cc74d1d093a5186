"""What can be measured: one measure a file; installed packages add theirs as entry points of `fdelab.measures`."""

from grader.measures.auc import AUC
from grader.measures.availability import AVAILABILITY
from grader.measures.base import Measure, MeasureParams, Observation
from grader.measures.calibration_error import CALIBRATION_ERROR
from grader.measures.circuit_never_closed import CIRCUIT_NEVER_CLOSED
from grader.measures.circuit_never_opened import CIRCUIT_NEVER_OPENED
from grader.measures.connection_leak import CONNECTION_LEAK
from grader.measures.count import COUNT
from grader.measures.latency import LATENCY
from grader.measures.ledger import LEDGER
from grader.measures.no_backoff import NO_BACKOFF
from grader.measures.no_timeout import NO_TIMEOUT
from grader.measures.non_retryable_retried import NON_RETRYABLE_RETRIED
from grader.measures.peak import PEAK
from grader.measures.rate import RATE
from grader.measures.ratio import RATIO
from grader.measures.recovered import RECOVERED
from grader.measures.retry_after_ignored import RETRY_AFTER_IGNORED
from grader.measures.retry_storm import RETRY_STORM
from grader.measures.sql import SQL
from grader.measures.survived import SURVIVED
from grader.measures.truncation_accepted import TRUNCATION_ACCEPTED
from grader.measures.write_repeated import WRITE_REPEATED
from scenarios.vocabulary import Registry

MEASURES: Registry[Measure] = Registry(
    "measure",
    [
        AUC,
        AVAILABILITY,
        CALIBRATION_ERROR,
        CIRCUIT_NEVER_CLOSED,
        CIRCUIT_NEVER_OPENED,
        CONNECTION_LEAK,
        COUNT,
        LATENCY,
        LEDGER,
        NON_RETRYABLE_RETRIED,
        NO_BACKOFF,
        NO_TIMEOUT,
        PEAK,
        RATE,
        RATIO,
        RECOVERED,
        RETRY_AFTER_IGNORED,
        RETRY_STORM,
        SQL,
        SURVIVED,
        TRUNCATION_ACCEPTED,
        WRITE_REPEATED,
    ],
    "fdelab.measures",
)
"""Every known measure by name."""

__all__ = ["MEASURES", "Measure", "MeasureParams", "Observation"]
