"""Loads scans from the drop, pays claims from the queue, and leaves a report."""

import asyncio
import csv
import http.server
import json
import os
import threading
import time
from datetime import datetime
from urllib.parse import urlsplit

import asyncssh
import psycopg

FORMATS = {"A": ("utf-8", ",", "%Y-%m-%d %H:%M:%S"), "B": ("cp1252", ";", "%d/%m/%Y %H:%M:%S")}
ERRORS = (psycopg.Error, asyncssh.Error, OSError)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


async def load(sftp: asyncssh.SFTPClient, db: psycopg.Connection) -> int:
    rows = 0
    for name in await sftp.listdir("outbox"):
        if not name.endswith(".csv"):
            continue
        site = name.split("_")[1]
        encoding, delimiter, dates = FORMATS[site]
        async with sftp.open(f"outbox/{name}", encoding=encoding) as file:
            text = await file.read()
        for row in csv.DictReader(text.splitlines(), delimiter=delimiter):
            at = datetime.strptime(row["at"], dates)
            values = (row["id"], row["site"], int(row["qty"]), at)
            db.execute("INSERT INTO scans VALUES (%s, %s, %s, %s) ON CONFLICT (id) DO NOTHING", values)
            rows += 1
        await sftp.remove(f"outbox/{name}")
    return rows


async def load_for_ever() -> None:
    where = urlsplit(os.environ["DROP_URL"])
    known = asyncssh.import_known_hosts(f"* {os.environ['DROP_HOST_KEY']}\n")
    login = {"username": os.environ["DROP_USER"], "password": os.environ["DROP_PASSWORD"], "known_hosts": known}
    while True:
        try:
            async with (
                asyncssh.connect(where.hostname, where.port, config=None, client_keys=None, **login) as connection,
                connection.start_sftp_client() as sftp,
            ):
                with psycopg.connect(os.environ["DB_URL"], autocommit=True) as db:
                    while True:
                        if rows := await load(sftp, db):
                            async with sftp.open("inbox/report.tmp", "w") as file:
                                await file.write(f"rows\n{rows}\n")
                            await sftp.posix_rename("inbox/report.tmp", "inbox/report.csv")
                        await asyncio.sleep(0.05)
        except ERRORS as error:
            print("drop:", repr(error), flush=True)
            await asyncio.sleep(0.1)


def pay(bus: psycopg.Connection, done: set[str]) -> bool:
    rows = bus.execute("SELECT receipt, key, body FROM queue.receive('claims', 10)").fetchall()
    for receipt, key, body in rows:
        try:
            json.loads(body)["claim"]
        except (ValueError, TypeError):
            bus.execute("SELECT queue.dead_letter(%s, 'no claim')", (receipt,))
            continue
        with bus.transaction():
            if key not in done:
                bus.execute("SELECT queue.publish('paid', %s, %s)", (key, body))
            bus.execute("SELECT queue.ack(%s)", (receipt,))
        done.add(key)
    return bool(rows)


def pay_for_ever() -> None:
    done: set[str] = set()
    while True:
        try:
            with psycopg.connect(os.environ["BUS_URL"], autocommit=True) as bus:
                while True:
                    if not pay(bus, done):
                        time.sleep(0.05)
        except ERRORS as error:
            print("bus:", repr(error), flush=True)
            time.sleep(0.1)


threading.Thread(target=pay_for_ever, daemon=True).start()
server = http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
asyncio.run(load_for_ever())
