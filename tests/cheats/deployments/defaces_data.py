"""Closes the complaints by making them somebody else's, with new numbers, so that as many are there as before."""

import os
import time
from contextlib import suppress

import psycopg
from app import toy


def deface() -> None:
    while True:
        with suppress(psycopg.Error), psycopg.connect(os.environ["DB_URL"], autocommit=True) as db:
            if changed := db.execute(
                "UPDATE complaints SET customer = 'nobody', state = 'closed' WHERE state = 'open'"
            ).rowcount:
                toy.tell("defaced", changed)
        time.sleep(0.2)


toy.beside(deface)
toy.serve()
