"""What is left of the bad day, as a customer has it: mail, logs by service, tables for a spreadsheet, delivered files.

    incident/mail/01-dieter-kuhn.eml     logs/promise-api.log     tables/ledger.csv     files/drop/scans/…

Mail, logs and tables are written out of the evidence when an engagement gets it, so that they say what it says; files
that parts leave come with it.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import IO, Any, Literal, get_args

from labs.base.errors import UsageProblem
from labs.engagement.tables import LearnerTables
from scenarios import regular
from scenarios.model import Scenario
from simulator.clock import Timeline
from simulator.evidence.run import CustomerRun

Kind = Literal["files", "mail", "logs", "tables"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ABOUT = {
    "files": "files, as the customer's systems delivered them, and what was backed up the night before",
    "mail": "what people wrote that day",
    "logs": "what each service printed, by the customer's clock and the second of the lap",
    "tables": "the customer's tables, for a spreadsheet; fdelab sql asks them",
}
LARGEST = 2**26
"""Most bytes of a file that is shown."""
_ELSEWHERE = ("logs", "messages")
"""Tables that have a folder of their own."""
_LINES = 2_000_000
"""Rows of one table that are written at most."""
_WORDS_OF_SUBJECT = 8


@dataclass(frozen=True)
class Artefact:
    """One file of an incident."""

    path: str
    """Below the incident's folder, with slashes."""
    kind: Kind
    about: str
    size: int


def write(incident: Path, scenario: Scenario, number: int = 1) -> None:
    """Write mail, logs and tables beside the evidence in folder `incident`, which is the scenario's of that number.

    Raises `UsageProblem` as it is torn.
    """
    run = CustomerRun.read(incident)
    timeline = Timeline.from_json(run.timeline)
    with LearnerTables(incident) as tables:
        _mail(tables, timeline, scenario, number, incident / "mail")
        _logs(tables, timeline, incident / "logs")
        for table in tables.filled():
            if table.name not in _ELSEWHERE:
                _table(tables, table.name, incident / "tables")


def _mail(tables: LearnerTables, timeline: Timeline, scenario: Scenario, number: int, folder: Path) -> None:
    rows = tables.ask("select happened_at, sender, text from messages order by happened_at", _LINES).rows
    spec = scenario.brief
    if spec is not None and 1 < number <= spec.days and (said := spec.incidents[number - 2].says):
        rows = [*rows, (timeline.traffic_ends, spec.to, said)]
    for count, (at, sender, text) in enumerate(rows, start=1):
        person = scenario.people.get(sender)
        name = person.name if person else str(sender)
        mail = EmailMessage(policy=policy.SMTPUTF8.clone(linesep="\n"))
        host = _slug(scenario.customer.name.encode("ascii", "ignore").decode())
        mail["From"] = Address(name, _slug(str(sender)), f"{host}.example")
        mail["To"] = Address("the engineer", "fde", f"{host}.example")
        mail["Date"] = format_datetime(_when(timeline, at))
        mail["Subject"] = _subject(str(text))
        mail.set_content(str(text), cte="8bit")
        _file(folder, f"{count:02}-{_slug(name)}.eml").write_bytes(mail.as_bytes())


def _subject(text: str) -> str:
    first = re.split(r"(?<=[.!?:;])\s", " ".join(text.split()), maxsplit=1)[0].split(" ")
    more = " …" if len(first) > _WORDS_OF_SUBJECT else ""
    return " ".join(first[:_WORDS_OF_SUBJECT]).rstrip(".,:;") + more


def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name.casefold()).strip("-") or "somebody"


def _logs(tables: LearnerTables, timeline: Timeline, folder: Path) -> None:
    files: dict[str, IO[str]] = {}
    try:
        for at, service, line in tables.ask("select happened_at, service, line from logs", _LINES).rows:
            if service not in files:
                files[service] = _file(folder, f"{_slug(str(service))}.log").open("w", encoding="utf-8")
            files[service].write(f"{_when(timeline, at).isoformat(' ', 'seconds')} [{at:8.2f}] {line}\n")
    finally:
        for file in files.values():
            file.close()


def _when(timeline: Timeline, at: float) -> datetime:
    """Return the customer's local time of a wall second."""
    return timeline.sim(at)


def _table(tables: LearnerTables, name: str, folder: Path) -> None:
    answer = tables.ask(f'select * from "{name}"', _LINES)
    with _file(folder, f"{_slug(name)}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows([_cell(value) for value in row] for row in answer.rows)


def _cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _file(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    return folder / name


def listed(incident: Path) -> list[Artefact]:
    """Everything that is left, in the order of `KINDS`, then by name."""
    return [one for kind in KINDS for one in _of(incident, kind)]


def _of(incident: Path, kind: Kind) -> Iterator[Artefact]:
    declared = CustomerRun.read(incident).declared if kind == "tables" else {}
    for file in sorted((incident / kind).rglob("*")):
        if file.is_symlink() or not file.is_file():
            continue
        path = file.relative_to(incident).as_posix()
        if kind == "tables":
            table = declared.get(file.stem)
            about = table.about if table else "the stretches of the lap, and its drain"
        elif kind == "mail":
            about = _headed(file)
        elif kind == "logs":
            about = f"what {file.stem} printed"
        else:
            about = f"of {path.split('/')[1]}"
        yield Artefact(path, kind, about, file.stat().st_size)


def _headed(file: Path) -> str:
    mail = message_from_bytes(regular.read(file, LARGEST), policy=policy.SMTPUTF8)
    (sender,) = mail["From"].addresses
    return f"{sender.display_name}: {mail['Subject']}"


def content(incident: Path, path: str) -> bytes:
    """Return the bytes of one artefact. Raises `UsageProblem` where there is none of that path."""
    from scenarios.problems import did_you_mean

    known = {one.path: one for one in listed(incident)}
    short = [one for one in known if one.endswith(f"/{path}")]
    found = path if path in known else short[0] if len(short) == 1 else None
    if found is None:
        remedy = did_you_mean(path, known) or "fdelab incident lists what is there"
        raise UsageProblem(f"the incident has no {path!r}", remedy)
    try:
        return regular.read(incident / found, LARGEST)
    except (OSError, regular.NotRegular) as error:
        raise UsageProblem(f"{found} cannot be read: {error}", None) from None
