"""Rules for people."""

from scenarios.rules.context import Context


def hear_words(context: Context) -> None:
    """Require a letter in each word that an answer waits for: without one, it is in every question, or in none."""
    for name, person in context.scenario.people.items():
        for number, answer in enumerate(person.answers):
            for index, word in enumerate(answer.ask):
                if not any(character.isalnum() for character in word):
                    context.problem(("people", name, "answers", number, "ask", index), "has no word in it")
