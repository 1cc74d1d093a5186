"""Takes its time with every answer, and burns CPU meanwhile, in processes that everybody can see."""

import os
import time

from app import toy


def slowly(order: toy.Order) -> toy.Answer:
    time.sleep(0.6)
    return toy.dated(order, 1)


for _ in range(4):
    if os.fork() == 0:
        toy.until_the_lap_runs()
        while True:
            pass
toy.serve(slowly)
