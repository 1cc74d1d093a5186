"""The service desk as the registry knows it; the server's libraries are imported only when one is made."""

from typing import Any

from simulator.parts.base import PartKind, Told, made_by, refuses
from simulator.parts.service_desk.params import DeskParams
from simulator.parts.service_desk.tables import TABLES

_ANSWERS: list[Any] = [
    {"seats": 0, "busy": 0, "queue": 0, "wait_minutes": 0.0},
    {"ticket": "", "missing": [], "wait_minutes": 0.0},
    {"error": ""},
]

SERVICE_DESK = PartKind(
    name="service-desk",
    params=DeskParams,
    make=made_by("simulator.parts.service_desk.part:ServiceDesk"),
    protocol="http",
    tables=TABLES,
    example=lambda _params: "GET /desk",
    speaks="json",
    settles=lambda _params: {
        "cases": Told(("ticket", "chat", "at", "outcome", "packet", "missing", "waited", "handled"), ("cases",))
    },
    key=lambda _params: r'"chat"\s*:\s*"([^"\\]{1,40})"',
    answers=lambda _params, _around: _ANSWERS,
    limits={"most": refuses("full")},
)
