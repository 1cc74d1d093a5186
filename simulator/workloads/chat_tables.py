"""The evidence tables of support chats."""

from simulator.evidence.tables import CUSTOMER, EXAMINER, Column, Table

FACTS_TURNS = Table(
    "facts_turns",
    "everything that customers said, and what they were answered, as the answers come in",
    (
        Column("at", "real", "when the customer wrote, as intended"),
        Column("done_at", "real", "when the answer was complete; null: none"),
        Column("chat", "text", "key of the chat"),
        Column("turn", "integer", "1 is the opening"),
        Column("said", "text", "what the customer wrote"),
        Column("answer", "text", "the text of the answer, as far as 300 characters"),
        Column("article", "text", "the article that the answer rests on"),
        Column("repeat", "boolean", "whether the same text had been answered in this chat before"),
        Column(
            "told",
            "boolean",
            "whether it says what that page said then; null: no page was named, or an agent took over",
            EXAMINER,
        ),
        Column("verdict", "text", "helped · did not help · agent · no answer · thanks", EXAMINER),
    ),
    whose=CUSTOMER,
)
FACTS_CHATS = Table(
    "facts_chats",
    "what became of every chat, once the day is over",
    (
        Column("at", "real", "when it began"),
        Column("chat", "text", "key of the chat"),
        Column("topic", "text", "what it was really about", EXAMINER),
        Column("complex", "boolean", "whether it is more than the standard answer is made for", EXAMINER),
        Column(
            "outcome", "text", "solved (by the bot) · agent (solved by one) · lost · open (the day was over)", EXAMINER
        ),
        Column("why", "text", "why it is lost", EXAMINER),
        Column("turns", "integer", "messages of the customer"),
        Column("answers", "integer", "answers of the bot"),
        Column("repeats", "integer", "of which so many had been given in this chat before"),
        Column("handed", "boolean", "whether the customer was told that an agent takes over"),
        Column("late", "boolean", "whether that was after an answer that did not help", EXAMINER),
        Column(
            "complete",
            "boolean",
            "whether the agent got all that was known, and it was true; null: not handed",
            EXAMINER,
        ),
        Column("routed", "boolean", "whether it went to agents who know about its topic; null: not handed", EXAMINER),
        Column("waited", "real", "simulated minutes for an agent; null: there never was a case"),
        Column("confidence", "real", "what the first answer gave for its chance to help, 0 to 1"),
        Column("first", "boolean", "whether the first answer helped; null: it was none of the bot's", EXAMINER),
        Column("helps", "boolean", "the same, and where there was none whether the right answer would have", EXAMINER),
        Column("solvable", "boolean", "whether the right answer was enough for this customer", EXAMINER),
        Column(
            "chance", "real", "how likely that was, for somebody who knows all about the case and the day", EXAMINER
        ),
        Column("csat", "integer", "stars, 1 to 5"),
    ),
    settled=True,
    whose=CUSTOMER,
)
FACTS_REPORTS = Table(
    "facts_reports",
    "how many of its chats the bot says that it has resolved, asked now and then, and the truth",
    (
        Column("at", "real", "when it was asked"),
        Column("reported", "real", "share, 0 to 1; null: nothing readable"),
        Column(
            "truth",
            "real",
            "of the chats that it was about and that were over, the share that it resolved, as expected of the silent",
            EXAMINER,
        ),
        Column("chats", "integer", "how many these were"),
    ),
    whose=CUSTOMER,
)
