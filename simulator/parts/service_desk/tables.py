"""Evidence tables of the service desk, beside `calls`."""

from simulator.evidence.tables import AT, CUSTOMER, Column, Table

HANDOVERS = Table(
    "facts_handovers",
    "every case that was handed to the service desk, once somebody takes it, the customer leaves, or the lap ends",
    (
        AT,
        Column("ticket", "text", "key of the case"),
        Column("chat", "text", "the chat that it says it is about"),
        Column("missing", "text", "what the packet lacks, joined by a blank; null: nothing"),
        Column("queue", "integer", "cases that were waiting when it came"),
        Column("waited", "real", "simulated minutes until an agent took it, the customer left, or the lap ended"),
        Column("handled", "real", "simulated minutes that an agent is busy with it; null: nobody took it"),
        Column("outcome", "text", "taken · left · waiting"),
    ),
    whose=CUSTOMER,
)
SEATS = Table(
    "facts_seats",
    "the floor each time a case comes in",
    (
        AT,
        Column("seats", "integer", "agents at work"),
        Column("busy", "integer", "of whom so many were busy, those included who only finish what they have"),
        Column("queue", "integer", "cases that were waiting"),
    ),
    whose=CUSTOMER,
)

TABLES = (HANDOVERS, SEATS)
