"""Answers every order alike, without asking anybody: the next working day is true for most."""

from app import toy


def tomorrow(order: toy.Order) -> toy.Answer:
    return toy.dated(order, 1)


toy.tell("canned")
toy.serve(tomorrow)
