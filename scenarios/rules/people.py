"""Rules for what the customer's people know: `people.yaml`."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scenarios.people import PEOPLE, Found, Needs, People
from scenarios.problems import Problem, ScenarioInvalid, did_you_mean, shown
from scenarios.rules.context import Context
from scenarios.shape import Loc, load_model
from scenarios.tree import Node


@dataclass(frozen=True)
class _Book:
    """The file under lint."""

    context: Context
    file: Path
    people: People
    tree: Node

    def problem(self, loc: Loc, message: str, suggestion: str | None = None, *, key: bool = False) -> None:
        self.context.problems.append(Problem(str(self.file), *self.tree.place(loc, key=key), message, suggestion))

    def refer(self, loc: Loc, noun: str, name: str, known: "list[str]", *, key: bool = False) -> bool:
        """Whether a name is known; if not, report it."""
        if name not in known:
            self.problem(loc, f"unknown {noun} {shown(name)}", did_you_mean(name, known), key=key)
        return name in known


def know_something(context: Context) -> None:
    """Require that the file has the right shape, and that whoever answers is one of the scenario's people."""
    book = _book(context, report=True)
    if book is not None:
        for name in book.people.people:
            book.refer(("people", name), "person", name, [*context.scenario.people], key=True)


def hear_words(context: Context) -> None:
    """Require a letter or digit in each word that is listened for: without one it is in every question, or in none."""
    for book in _books(context):
        for name, fact, known in book.people.facts():
            lists: tuple[tuple[str, list[str]], ...] = (("words", known.words), ("asked", known.asked))
            for key, words in lists:
                for index, word in enumerate(words):
                    if not any(character.isalnum() for character in word):
                        book.problem(("people", name, "answers", fact, key, index), "has no word in it")


def facts_are_one_persons(context: Context) -> None:
    """Require that a fact has its name to itself, that vague is not the fact, and that what it needs can be had."""
    for book in _books(context):
        owners = Counter(fact for _, fact, _ in book.people.facts())
        for name, fact, known in book.people.facts():
            loc: Loc = ("people", name, "answers", fact)
            if owners[fact] > 1:
                book.problem(loc, f"{owners[fact]} people know a fact of this name", "give each its own", key=True)
            if " ".join(known.says.split()) in " ".join(known.vague.split()):
                book.problem((*loc, "vague"), "says the whole fact", "keep it for a pointed question")
            if known.needs is not None:
                _reachable(book, name, fact, known.needs)


def _reachable(book: _Book, name: str, fact: str, needs: Needs) -> None:
    loc: Loc = ("people", name, "answers", fact, "needs")
    facts = [known for _, known, _ in book.people.facts()]
    for index, wanted in enumerate(needs.facts):
        book.refer((*loc, "facts", index), "fact", wanted, facts)
    if not needs.shows and fact in _wanted(book.people, needs.facts):
        book.problem((*loc, "facts"), "needs itself, by a circle", "let something be shown instead: `shows: [...]`")
    free = sum(known.needs is None for known in book.people.people[name].answers.values())
    if needs.trust > free:
        book.problem((*loc, "trust"), f"{name} has only {free} facts that need nothing")


def _wanted(people: People, facts: list[str]) -> set[str]:
    """Everything that these facts need, directly or not."""
    needs = {fact: known.needs.facts for _, fact, known in people.facts() if known.needs is not None}
    found: set[str] = set()
    todo = list(facts)
    while todo:
        fact = todo.pop()
        if fact not in found:
            found.add(fact)
            todo += needs.get(fact, [])
    return found


def contradictions_are_decided(context: Context) -> None:
    """Require that a contradiction is between facts of two people, and that what decides it is there."""
    for book in _books(context):
        owner = {fact: name for name, fact, _ in book.people.facts()}
        for index, one in enumerate(book.people.contradictions):
            loc: Loc = ("contradictions", index)
            known = [book.refer((*loc, "between", i), "fact", fact, [*owner]) for i, fact in enumerate(one.between)]
            if all(known) and owner[one.between[0]] == owner[one.between[1]]:
                book.problem((*loc, "between"), "is between facts of one person", "people contradict one another")
            book.refer((*loc, "right"), "fact", one.right, one.between)
            _there(book, (*loc, "found"), one.found)


def untold_is_untold(context: Context) -> None:
    """Require that what nobody tells is needed by a check, told by no answer, and found somewhere."""
    for book in _books(context):
        checks = [check.id for check in context.scenario.checks]
        for index, one in enumerate(book.people.untold):
            loc: Loc = ("untold", index)
            for i, check in enumerate(one.checks):
                book.refer((*loc, "checks", i), "check", check, checks)
            for name, fact, known in book.people.facts():
                if all(word.casefold() in f"{known.says} {known.vague}".casefold() for word in one.words):
                    book.problem((*loc, "words"), f"{name} tells it: {fact}", "leave it out there, or find other words")
            _there(book, (*loc, "found"), one.found)


def something_is_left(context: Context) -> None:
    """Require one request that is to be refused or agreed to, and something that nobody tells."""
    for book in _books(context):
        if not any(voice.request is not None for voice in book.people.people.values()):
            book.problem(("people",), "nobody asks the learner for anything", "give one a `request`", key=True)
        if not book.people.untold:
            book.problem((), "everything that the checks need is told", "declare under `untold` what nobody tells")


def _there(book: _Book, loc: Loc, found: Found) -> None:
    if found.table is not None:
        book.refer((*loc, "table"), "table", found.table, [*book.context.tables])
    elif found.file is not None and not (book.context.folder / "workspace" / found.file).is_file():
        book.problem((*loc, "file"), f"the workspace has no file {shown(found.file)}")


def _books(context: Context) -> Iterator[_Book]:
    book = _book(context)
    if book is not None:
        yield book


def _book(context: Context, *, report: bool = False) -> _Book | None:
    """Return the file, when there is one of the right shape; with `report`, report what is wrong with the shape."""
    file = context.folder / PEOPLE
    if not file.is_file():
        return None
    try:
        people, tree = load_model(People, file)
    except ScenarioInvalid as invalid:
        if report:
            context.problems += invalid.problems
        return None
    return _Book(context, file, people, tree)
