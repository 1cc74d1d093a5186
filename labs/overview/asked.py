"""What was asked in an engagement, and what nobody was told: the debrief's last part, as Markdown."""

from collections.abc import Iterator

from labs.engagement.asked import Conversation
from labs.engagement.engagement import Engagement
from labs.engagement.people import known_in, looked_back
from scenarios.people import Found, People, Wish

_WORDS = {
    "accept": "You agreed.",
    "refuse": "You refused.",
    "open": "You have not answered.",
    "": "It did not come up.",
}


def people_page(engagement: Engagement) -> str:
    """Whom the learner asked what, who was right, what was to be refused, what nobody told; empty without people.

    Raises `ScenarioProblems` where what people know is broken.
    """
    entry = engagement.entry()
    people, found = known_in(entry.folder), looked_back(engagement)
    if people is None or found is None:
        return ""
    return "\n".join(["## What you asked", "", *_asked(found), *_wishes(people, found), *_truths(people, found)]) + "\n"


def _asked(found: Conversation) -> Iterator[str]:
    if not found.questions:
        yield "Nobody."
        yield ""
        return
    yield (
        f"{len(found.questions)} questions, {found.minutes} minutes of the customer's time, {found.revealed} of the "
        f"{found.facts} facts that could be asked for."
    )
    yield from ("", "| of | question | minutes | revealed |", "|---|---|--:|---|")
    for one in found.questions:
        cells = (
            found.names.get(one.person, one.person),
            one.question,
            str(one.minutes),
            one.reveals or f"({one.kind})",
        )
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
    yield ""


def _wishes(people: People, found: Conversation) -> Iterator[str]:
    for person, wish in _requests(people):
        said = _WORDS[found.wishes.get(person, "")]
        wise = "Refuse it" if wish.wise == "refuse" else "Agree to it"
        yield f"**{found.names.get(person, person)} asked of you:** {_line(wish.asks)} {said}"
        yield ""
        yield f"{wise}: {_line(wish.why)}"
        yield ""


def _requests(people: People) -> Iterator[tuple[str, Wish]]:
    for person, voice in people.people.items():
        if voice.request is not None:
            yield person, voice.request


def _truths(people: People, found: Conversation) -> Iterator[str]:
    owner = {fact: (person, known) for person, fact, known in people.facts()}
    for one in people.contradictions:
        told = [(*owner[fact], fact == one.right) for fact in one.between]
        for person, known, true in told:
            verdict = "right" if true else "wrong"
            yield f"- **{found.names.get(person, person)}** ({verdict}): {_line(known.says)}"
        yield f"- What decides it: {_line(one.decided)} ({_where(one.found)})"
        yield ""
    if people.untold:
        yield "Nobody told:"
        yield ""
        yield from (f"- {_line(one.fact)} ({_where(one.found)})" for one in people.untold)


def _where(found: Found) -> str:
    return f"`{found.file}`" if found.file is not None else f"table `{found.table}`"


def _line(text: str) -> str:
    return " ".join(text.split())
