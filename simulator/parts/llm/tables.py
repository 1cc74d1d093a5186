"""Evidence tables of the language model, beside `calls`."""

from simulator.evidence.tables import AT, CUSTOMER, EXAMINER, Column, Table

CALLS = Table(
    "facts_llm_calls",
    "every call of the language model that it could read, also refused ones",
    (
        AT,
        Column("first_at", "real", "when the first token left; null: none did"),
        Column("done_at", "real", "when the answer was complete; null: the caller left"),
        Column("part", "text", "the part, as the scenario names it"),
        Column("id", "text", "the answer's id, or the refused request's"),
        Column("route", "text", "chat · responses · embeddings"),
        Column("model", "text", "the model that was asked for"),
        Column("key", "text", "business key, where the script reads one"),
        Column("conversation", "text", "the same for all calls that begin with the same question; null: embeddings"),
        Column("content", "text", "the same for all calls with the same model and messages"),
        Column("turn", "integer", "which question of the user it answers, from 1; null: embeddings"),
        Column("stream", "boolean", "whether the answer was asked for as a stream"),
        Column("rule", "text", "the rule that answered; embedding: of embeddings", EXAMINER),
        Column("finish", "text", "stop · length · tool_calls; null: refused, or the caller left"),
        Column("tokens_in", "integer", "of the request"),
        Column("tokens_out", "integer", "made until the caller left, where it did"),
        Column("status", "integer", "HTTP status; null: the caller left before there was one"),
        Column("error", "text", "code or type of the refusal"),
        Column("flaws", "text", "names of the flaws that struck, joined by a blank", EXAMINER),
        Column("wrong", "boolean", "whether a flaw made the answer untrue, unreadable or useless", EXAMINER),
        Column("repeated", "boolean", "whether it says what the assistant said before, word for word"),
        Column("nth", "integer", "how many times this content came, from 1"),
        Column("before", "text", "how the last call with this content ended: a finish, an error, left; null: none"),
        Column("early", "boolean", "whether it came before the time that the last refusal had told"),
    ),
    whose=CUSTOMER,
)
FLAWS = Table(
    "facts_llm_flaws",
    "everything that the language model got wrong on purpose",
    (
        AT,
        Column("part", "text", "the part, as the scenario names it"),
        Column("id", "text", "the call, as in facts_llm_calls", CUSTOMER),
        Column("key", "text", "the call's business key", CUSTOMER),
        Column("flaw", "text", "the flaw, as the script names it"),
        Column("kind", "text", "the kind of flaw"),
        Column("fact", "text", "which fact, where it is about one"),
        Column("was", "text", "the fact's value in the input; null: there is none"),
        Column("said", "text", "what was said instead; null: nothing", CUSTOMER),
    ),
    whose=EXAMINER,
)

TABLES = (CALLS, FLAWS)
