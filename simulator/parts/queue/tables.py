"""Evidence tables of a queue, beside those of its database."""

from simulator.evidence.tables import AT, CUSTOMER, EXAMINER, Column, Table
from simulator.parts.postgres.tables import TABLES as DATABASE

MESSAGES = Table(
    "facts_queue",
    "everything that happened to a message",
    (
        AT,
        Column("part", "text", "the part, as the scenario names it"),
        Column("queue", "text", "the queue, as the scenario names it"),
        Column("message", "integer", "its number; two that say the same have different ones"),
        Column("key", "text", "business key"),
        Column("kind", "text", "ordinary · duplicate · poison · late (it comes after younger ones)", EXAMINER),
        Column(
            "event",
            "text",
            "published · received · acked · nacked · extended · expired (its time with a receiver was over) · "
            "stale (an answer with a receipt that no longer counts) · dead · replayed · died (who had it) · "
            "left (it was still there when the lap was over)",
        ),
        Column("who", "text", "the role, or the name of a worker of the customer's; null: the customer"),
        Column("attempt", "integer", "how often it had been received by then"),
        Column("detail", "text", "what there is to say beside the event"),
    ),
    whose=CUSTOMER,
)

TABLES = (MESSAGES, *DATABASE)
