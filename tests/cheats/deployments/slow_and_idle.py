"""Takes its time with every answer, without doing anything."""

import time

from app import toy


def slowly(order: toy.Order) -> toy.Answer:
    time.sleep(0.6)
    return toy.dated(order, 1)


toy.serve(slowly)
