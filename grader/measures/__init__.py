"""What can be measured: one measure a file; installed packages add theirs as entry points of `fdelab.measures`."""

from grader.measures.base import Measure, MeasureParams, Observation
from scenarios.vocabulary import Registry

MEASURES: Registry[Measure] = Registry(
    "measure",
    {
        "auc": "grader.measures.auc:AUC",
        "availability": "grader.measures.availability:AVAILABILITY",
        "calibration-error": "grader.measures.calibration_error:CALIBRATION_ERROR",
        "circuit-never-closed": "grader.measures.circuit_never_closed:CIRCUIT_NEVER_CLOSED",
        "circuit-never-opened": "grader.measures.circuit_never_opened:CIRCUIT_NEVER_OPENED",
        "connection-leak": "grader.measures.connection_leak:CONNECTION_LEAK",
        "count": "grader.measures.count:COUNT",
        "latency": "grader.measures.latency:LATENCY",
        "ledger": "grader.measures.ledger:LEDGER",
        "non-retryable-retried": "grader.measures.non_retryable_retried:NON_RETRYABLE_RETRIED",
        "no-backoff": "grader.measures.no_backoff:NO_BACKOFF",
        "no-timeout": "grader.measures.no_timeout:NO_TIMEOUT",
        "peak": "grader.measures.peak:PEAK",
        "rate": "grader.measures.rate:RATE",
        "ratio": "grader.measures.ratio:RATIO",
        "recovered": "grader.measures.recovered:RECOVERED",
        "retry-after-ignored": "grader.measures.retry_after_ignored:RETRY_AFTER_IGNORED",
        "retry-storm": "grader.measures.retry_storm:RETRY_STORM",
        "sql": "grader.measures.sql:SQL",
        "survived": "grader.measures.survived:SURVIVED",
        "tests-pass": "grader.measures.tests_pass:TESTS_PASS",
        "truncation-accepted": "grader.measures.truncation_accepted:TRUNCATION_ACCEPTED",
        "write-repeated": "grader.measures.write_repeated:WRITE_REPEATED",
    },
    group="fdelab.measures",
)
"""Every known measure by name."""

__all__ = ["MEASURES", "Measure", "MeasureParams", "Observation"]
