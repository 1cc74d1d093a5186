"""Evidence tables of the drop, beside `calls`."""

from simulator.evidence.tables import AT, CUSTOMER, EXAMINER, Column, Table

ARRIVALS = Table(
    "facts_arrivals",
    "every file that the customer put into the drop, when it was wholly there",
    (
        AT,
        Column("began_at", "real", "wall second at which it became visible"),
        Column("part", "text", "the part, as the scenario names it"),
        Column("feed", "text", "the feed, as the scenario names it"),
        Column("path", "text", "path of the file in the drop"),
        Column("due", "text", "simulated time at which it should have come"),
        Column("kind", "text", "original · resent · duplicate", EXAMINER),
        Column("original", "text", "path of the file that it repeats; null: none", EXAMINER),
        Column("late", "boolean", "whether it came after it was due"),
        Column("misnamed", "boolean", "whether it has another name than it should", EXAMINER),
        Column("cut", "boolean", "it ends early, and stays so", EXAMINER),
        Column("rows", "integer", "rows of data in it, before any cut", EXAMINER),
        Column("repeated", "integer", "rows among them that an earlier file of the feed has too", EXAMINER),
        Column("bytes", "integer", "size of the file"),
        Column("sha256", "text", "SHA-256 of what is in it, as hex"),
    ),
    whose=CUSTOMER,
)
READS = Table(
    "facts_reads",
    "every file that was opened for reading, when it was closed",
    (
        AT,
        Column("opened_at", "real", "wall second at which it was opened"),
        Column("part", "text", "the part, as the scenario names it"),
        Column("path", "text", "as it was when it was opened"),
        Column("feed", "text", "null: a file that the deployment delivered itself"),
        Column("user", "text", "who opened it"),
        Column("client", "text", "what the client's software calls itself"),
        Column("bytes", "integer", "how far it was read"),
        Column("size", "integer", "how large the file is once it is complete"),
        Column("complete", "boolean", "it was wholly there when it was last read", EXAMINER),
        Column("whole", "boolean", "it was read to its true end", EXAMINER),
    ),
    whose=CUSTOMER,
)
DELIVERIES = Table(
    "facts_deliveries",
    "what the deployment did to files in the drop",
    (
        AT,
        Column("part", "text", "the part, as the scenario names it"),
        Column("path", "text", "path of the file in the drop"),
        Column("event", "text", "delivered · renamed · removed · unfinished"),
        Column("to", "text", "the new path of a file that was renamed"),
        Column("bytes", "integer", "size of the file"),
        Column("sha256", "text", "SHA-256 of what is in it, as hex"),
        Column("rows", "integer", "lines, an unfinished last one included"),
    ),
    whose=CUSTOMER,
)

TABLES = (ARRIVALS, READS, DELIVERIES)
