"""What lint says of a scenario's file, and lines of the sound one for tests to replace."""

from scenarios.loader import examine

HERE = "§"


def found(file, vocabulary):
    """Problems by message, with the suggestion, after checking that one stands where the text is marked."""
    text = file.read_text()
    file.write_text(text.replace(HERE, ""))
    problems = examine(file, vocabulary)[1]
    if HERE in text:
        before = text[: text.index(HERE)]
        marked = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        assert marked in [(p.line, p.column) for p in problems], [str(p) for p in problems]
    return {p.message: p.suggestion for p in problems}


SITE = "  shop: {part: shop-system, with: {token: 60m sim}}\n"
SERVICE = "    api: {command: [python, app.py], uses: [shop]}\n"
FLOW = "  orders: {workload: ordering, to: api, rate: 20/s}"
MORNING = "  - {name: morning, lasts: 10s, simulates: 75m}"
FAULT = "latency: {from: 8s, to: 12s}, share: 20%"
WITH = "with: {stream: orders, during: [slow]}"
LOSS = (
    "  - {id: loss, family: business, measure: ledger, with: {accounts: [late]}, "
    'expect: ">= -500 EUR", says: Little is lost}\n'
)
CHECK = "  - {{id: one, family: data, says: x, {}}}\n"
