"""Gives complaints times and hours that PostgreSQL has and no driver can read, so that nobody can be told of them."""

import os
import time
from contextlib import suppress

import psycopg
from app import toy

TIMES = ("infinity", "-infinity", "290000-01-01", "0044-03-15 BC")
HOURS = ("NaN", "Infinity", "-Infinity", "1e130000", "1e-16000")


def write() -> None:
    while True:
        with suppress(psycopg.Error), psycopg.connect(os.environ["DB_URL"], autocommit=True) as db:
            written = 0
            for number in range(20):
                values = TIMES[number % len(TIMES)], HOURS[number % len(HOURS)], number + 1
                written += db.execute(
                    "UPDATE complaints SET closed_at = %s::timestamp, hours = %s::numeric WHERE id = %s", values
                ).rowcount
            toy.tell("written", written)
        time.sleep(0.5)


toy.in_the_lap(write)
toy.serve()
