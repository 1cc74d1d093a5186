"""Tables of the evidence in which applications and decisions are, beside what is on record about them."""

from simulator.evidence.tables import CUSTOMER, EXAMINER, Column, Table

FEATURES = (
    "income", "utilisation", "tenure", "enquiries", "amount", "term_years", "sector", "arrears", "payment_holiday",
)  # fmt: skip
"""The content of an application, beside its number and its time: columns of the dataset."""
_SAID = "as the application has it"

FACTS_APPLICATIONS = Table(
    "facts_applications",
    "every application, what it was told, and what came of it or would have",
    (
        Column("at", "real", "when it came in, as intended"),
        Column("done_at", "real", "when the answer was complete; null: no answer"),
        Column("application_id", "text", "the dataset's key"),
        Column("applied_at", "text", "simulated time"),
        *(Column(name, "real", _SAID) for name in FEATURES if name not in ("sector", "payment_holiday")),
        Column("sector", "text", _SAID),
        Column("payment_holiday", "boolean", "whether the state lets the applicant put payments off"),
        Column("model", "text", "which model decided, as the answer says"),
        Column("probability", "real", "of default, as the answer says"),
        Column("decision", "text", "approve · decline; null: no answer that can be read"),
        Column("reasons", "text", "codes, joined by a blank"),
        Column("first_instalment", "text", "paid · late · deferred; null: no loan"),
        Column("would_default", "boolean", "the truth, also of those who got no loan", EXAMINER),
        Column(
            "would_have", "boolean", "whether the same applicant would have defaulted as people did before", EXAMINER
        ),
        Column("profit", "real", "what the decision was worth in the end"),
        Column("change", "integer", "how often it had changed by then who pays back", EXAMINER),
        Column("days", "real", "simulated days since it last did; null: it had not", EXAMINER),
    ),
    whose=CUSTOMER,
)
FACTS_DECISIONS = Table(
    "facts_decisions",
    "every decision that was answered, beside the one on record in the customer's database",
    (
        Column("at", "real", "when the application came in"),
        Column("application_id", "text", "the dataset's key"),
        Column("answered", "text", "approve · decline"),
        Column("recorded", "text", "approve · decline; null: none on record"),
        Column("same", "boolean", "decision, model and probability (to a thousandth) are on record as answered"),
    ),
    settled=True,
    whose=CUSTOMER,
)
