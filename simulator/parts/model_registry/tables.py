"""Evidence tables of the model registry, beside `calls`."""

from simulator.evidence.tables import AT, CUSTOMER, Column, Table

_PART, _MODEL, _VERSION = (
    Column("part", "text", "the part, as the scenario names it"),
    Column("model", "text", "the model, as it is registered"),
    Column("version", "integer", "number of the version"),
)
_SIM = Column("sim", "text", "simulated time")

AUDIT = Table(
    "facts_registry",
    "everything that happened in the registry, and what was refused: who, what, when",
    (
        AT,
        _PART,
        _MODEL,
        _VERSION,
        Column("event", "text", "registered · changed · artefact · alias · unalias · asked · approved · rejected"),
        Column("alias", "text", "such as champion"),
        Column("was", "integer", "the version that had the alias"),
        Column("back", "boolean", "the version had the alias before: a roll-back"),
        Column("customer", "boolean", "done by the customer's own people"),
        Column("who", "text", "as the caller says, or the customer's person"),
        Column("reason", "text", "as the caller says, or the reviewer"),
        Column("result", "text", "ok, or the error's code"),
        Column("missing", "text", "what a gate still asks for, joined by `; `"),
        _SIM,
    ),
    whose=CUSTOMER,
)
HELD = Table(
    "facts_aliases",
    "every stretch of time in which a version had an alias",
    (
        Column("at", "real", "always null: join it by time, and take the phase from there"),
        Column("since", "real", "wall second at which it got it; below 0: before the lap"),
        Column("until", "real", "wall second at which it lost it; null: it had it to the end"),
        _PART,
        _MODEL,
        _VERSION,
        Column("alias", "text", "such as champion"),
        _SIM,
    ),
    settled=True,
    whose=CUSTOMER,
)

TABLES = (AUDIT, HELD)
