"""A made-up incident, the same in every test."""

from pathlib import Path

from labs.engagement.artefacts import Artefact
from labs.overview.incident import IncidentOverview, Opened, Sheet

LEFT = (
    Artefact("files/drop/scans/A_20260308_0315.csv", "files", "of drop", 8_651),
    Artefact("files/drop/scans/B_20260308_0315.csv", "files", "of drop", 9_267),
    Artefact("mail/01-lena-brandt.eml", "mail", "Lena Brandt: Dates take for ever again", 365),
    Artefact("mail/02-dieter-kuhn.eml", "mail", "Dieter Kuhn: Nightly processing is running", 294),
    Artefact("logs/promise-api.log", "logs", "what promise-api printed", 729_730),
    Artefact("tables/calls.csv", "tables", "what each part saw of the deployment", 282_188),
    Artefact("tables/ledger.csv", "tables", "what each outcome was worth to the customer", 45_732),
)
MAIL = """From: Lena Brandt <lena@halden-werkzeug.example>
Date: Mon, 02 Mar 2026 09:15:00 -0000
Subject: Dates take for ever again

Dates take for ever again, and the shop gives up after five seconds. IT says nginx reports 504s. Is that you?
"""
PHASES = ("morning", "slow-erp", "night-lock")


def overview(left: tuple[Artefact, ...]) -> IncidentOverview:
    return IncidentOverview("Promise dates", "Halden Werkzeug", Path("/home/kim/promise-dates/incident"), left)


def opened(artefact: Artefact) -> Opened:
    if artefact.kind == "logs":
        return Opened(artefact, Sheet(("clock", "second", "phase", "line"), _lines()))
    if artefact.path == "tables/calls.csv":
        return Opened(artefact, Sheet(("happened_at", "part", "route", "status", "result", "key", "phase"), _calls()))
    if artefact.kind == "tables":
        return Opened(artefact, Sheet(("happened_at", "account", "amount", "cause", "key", "phase"), _ledger()))
    return Opened(artefact, text=MAIL if artefact.kind == "mail" else "device,seq,sku,qty\nHH-05,1,K13014,7\n")


def _lines() -> list[tuple[object, ...]]:
    says = (
        "POST /promise 200 in 412 ms",
        "ERP: session limit reached, waiting",
        "promised HW-{n:06} for 2026-03-{d:02}",
    )
    return [
        (f"03-02 {8 + n // 40:02}:{n * 7 % 60:02}:{n * 13 % 60:02}", n * 0.25, PHASES[n // 40 % 3],
         says[n % 3].format(n=n, d=1 + n % 28))
        for n in range(120)
    ]  # fmt: skip


def _calls() -> list[tuple[object, ...]]:
    results = ("ok", "SESSION_LIMIT", "ok", "GESPERRT")
    return [
        (n * 0.125, "erp", ("BestandLesen", "Anmelden", "BestellungAnlegen")[n % 3], 500 if n % 4 in (1, 3) else 200,
         results[n % 4], f"HW-{n:06}" if n % 5 else None, PHASES[n // 300 % 3])
        for n in range(640)
    ]  # fmt: skip


def _ledger() -> list[tuple[object, ...]]:
    return [(n * 0.5, "wrong-promises", -45.0 * (1 + n % 3), "wrong", f"HW-{n:06}", PHASES[0]) for n in range(60)]
