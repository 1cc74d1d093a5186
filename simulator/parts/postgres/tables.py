"""Evidence tables of PostgreSQL, beside `probes`."""

from simulator.evidence.tables import AT, CUSTOMER, Column, Table

JOBS = Table(
    "facts_jobs",
    "every time that one of the customer's own jobs ran in a database",
    (
        AT,
        Column("done_at", "real", "null: it was still running when the lap was over"),
        Column("part", "text", "the part, as the scenario names it"),
        Column("job", "text", "the job, as the scenario names it"),
        Column("due", "text", "simulated time"),
        Column("result", "text", "ok, or the name of PostgreSQL's error"),
        Column("rows", "integer", "that its last statement changed or gave"),
        Column("detail", "text", "what PostgreSQL says of an error"),
    ),
    whose=CUSTOMER,
)

TABLES = (JOBS,)
