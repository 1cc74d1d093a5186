"""Evidence tables of the event store, beside `calls`."""

from simulator.evidence.tables import AT, CUSTOMER, EXAMINER, Column, Table

_PART, _STREAM, _KEY = (
    Column("part", "text", "the part, as the scenario names it", CUSTOMER),
    Column("stream", "text", "the stream, as the scenario names it", CUSTOMER),
    Column("key", "text", "the event's business key", CUSTOMER),
)

EVENTS = Table(
    "facts_events",
    "every event that the deployment appended; one that came again by its id is there once",
    (
        AT,
        _PART,
        _STREAM,
        Column("seq", "integer", "from 1, by stream"),
        _KEY,
        Column("version", "text", "of the model"),
        Column("role", "text", "such as champion, challenger or shadow"),
        Column("value", "real", "the number that matters; null: there is none"),
        Column("propensity", "real", "probability of what was shown"),
        Column("sim", "text", "simulated time"),
        Column("data", "text", "the event as it came, as JSON"),
    ),
    whose=CUSTOMER,
)
READS = Table(
    "facts_event_reads",
    "every reading of a stream",
    (
        AT,
        _PART,
        _STREAM,
        Column("since", "integer", "the cursor that it began behind"),
        Column("until", "integer", "the cursor that it was given"),
        Column("events", "integer", "how many it was given"),
        Column("known", "integer", "the last event that there was"),
        Column("key", "text", "of the events that it asked for; null: all"),
    ),
    whose=CUSTOMER,
)
LABELS = Table(
    "facts_labels",
    "every row behind a stream of the customer's, come or not, as it should be",
    (
        Column("at", "real", "always null: join it by key, and take the phase from there"),
        _PART,
        _STREAM,
        _KEY,
        Column("value", "real", "the number that matters, as it should be"),
        Column("told", "real", "the same as it was delivered", CUSTOMER),
        Column("seq", "integer", "of the event that tells it; null: it was lost", CUSTOMER),
        Column("due", "real", "wall second at which it becomes known; below 0: before the lap"),
        Column("sim", "text", "the same in simulated time"),
        Column("came", "boolean", "whether the deployment could have read it before the lap was over"),
    ),
    settled=True,
    whose=EXAMINER,
)

TABLES = (EVENTS, READS, LABELS)
