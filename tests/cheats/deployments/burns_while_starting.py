"""Never gets ready, and works hard at it: it looks as if the machine was too slow."""

import os

from app import toy

toy.tell("burns")
for _ in range(2):
    os.fork()
while True:
    pass
