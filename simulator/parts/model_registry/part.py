"""The model registry on the wire: models, versions, artefacts, reviews and aliases below `/api/v1/models`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from simulator import seeds
from simulator.parts.base import Lap
from simulator.parts.model_registry.bodies import Ask, Body, Details, Move, NewModel, read
from simulator.parts.model_registry.desk import Desk
from simulator.parts.model_registry.params import PATH, ModelRegistryParams
from simulator.parts.model_registry.shelf import Card, listed
from simulator.parts.problems import Problem, answer, check_token, json, nowhere, starting
from simulator.parts.visits import Visit, Visits
from simulator.parts.web import WebPart

_BASE = "/api/v1/models"


class _Service:
    """The registry during one lap."""

    def __init__(self, name: str, lap: Lap, rules: ModelRegistryParams) -> None:
        self.visits = Visits(name, lap)
        self.desk = Desk(name, lap, rules)
        self._pace = seeds.rng(lap.seed, "latency")

    def latency(self) -> float:
        return self.desk.rules.latency.draw(self._pace)

    def configure(self, rules: ModelRegistryParams) -> None:
        self.desk.configure(rules)

    def settle(self) -> Mapping[str, Any]:
        """Return `{model: {"aliases": {name: version}, "versions": number}}`."""
        self.desk.settle()
        cards = self.desk.cards
        return {name: {"aliases": card.aliases, "versions": len(card.versions)} for name, card in cards.items()}


@dataclass(frozen=True)
class _Call:
    """A parsed request, with the names in its path."""

    body: bytes
    model: str = ""
    version: str = ""
    alias: str = ""
    path: str = ""


_Serve = Callable[[Desk, _Call], web.Response]


async def _answer(route: str, serve: _Serve, service: _Service, request: web.Request, visit: Visit) -> web.Response:
    visit.route, visit.key = route, request.match_info.get("model", "")[:60] or None

    def act(body: bytes) -> web.Response:
        check_token(service.desk.rules.token, request)
        service.desk.catch_up()
        return serve(service.desk, _Call(body, **request.match_info))

    return await answer(service.visits, visit, request, act)


class ModelRegistry(WebPart[ModelRegistryParams, _Service]):
    """The part: each lap starts with nothing but the customer's models. `largest` stays fixed."""

    def __init__(self, name: str, params: ModelRegistryParams) -> None:
        super().__init__(name, params)
        # One byte more than an artefact may have is read, so that it is the registry that refuses it.
        self.largest = params.largest + 1

    def route(self, app: web.Application) -> None:
        version = f"{_BASE}/{{model}}/versions/{{version}}"
        alias = f"{_BASE}/{{model}}/aliases/{{alias}}"
        for method, path, route, serve in (
            ("GET", _BASE, "list models", _models),
            ("POST", _BASE, "make model", _make),
            ("GET", f"{_BASE}/{{model}}", "get model", _model),
            ("GET", f"{_BASE}/{{model}}/versions", "list versions", _versions),
            ("POST", f"{_BASE}/{{model}}/versions", "register", _register),
            ("GET", version, "get version", _version),
            ("PATCH", version, "change version", _change),
            ("GET", f"{version}/artefacts", "list artefacts", _artefacts),
            ("GET", f"{version}/artefacts/{{path:.+}}", "get artefact", _fetch),
            ("PUT", f"{version}/artefacts/{{path:.+}}", "put artefact", _store),
            ("POST", f"{version}/reviews", "ask", _ask),
            ("GET", alias, "get alias", _holder),
            ("PUT", alias, "move alias", _move),
            ("DELETE", alias, "take alias", _take),
            ("GET", f"{_BASE}/{{model}}/history", "history", _history),
        ):
            app.router.add_route(method, path, self.open(partial(_answer, route, serve)))
        app.router.add_route("*", "/{rest:.*}", self.open(_nothing))

    def serve(self, lap: Lap) -> _Service:
        return _Service(self.name, lap, self.params)

    def starting(self) -> web.Response:
        return starting()


async def _nothing(service: _Service, request: web.Request, visit: Visit) -> web.Response:
    return await answer(service.visits, visit, request, nowhere)


def _models(desk: Desk, _call: _Call) -> web.Response:
    return json({"models": [_shown(desk, card) for card in desk.cards.values()]})


def _make(desk: Desk, call: _Call) -> web.Response:
    return json(_shown(desk, desk.make(read(NewModel, call.body).name)), 201)


def _model(desk: Desk, call: _Call) -> web.Response:
    return json(_shown(desk, desk.card(call.model)))


def _versions(desk: Desk, call: _Call) -> web.Response:
    card = desk.card(call.model)
    return json({"versions": [card.shown(version) for version in desk.there(card)]})


def _register(desk: Desk, call: _Call) -> web.Response:
    card, version = desk.register(call.model, read(Details, call.body))
    return json(card.shown(version), 201, {"Location": f"{_BASE}/{card.name}/versions/{version.number}"})


def _version(desk: Desk, call: _Call) -> web.Response:
    card, version = desk.version(call.model, call.version)
    return json(card.shown(version))


def _change(desk: Desk, call: _Call) -> web.Response:
    card, version = desk.version(call.model, call.version)
    desk.change(version, read(Details, call.body))
    return json(card.shown(version))


def _artefacts(desk: Desk, call: _Call) -> web.Response:
    _, version = desk.version(call.model, call.version)
    return json({"artefacts": {path: listed(file) for path, file in version.artefacts.items()}})


def _fetch(desk: Desk, call: _Call) -> web.Response:
    _, version = desk.version(call.model, call.version)
    file = version.artefacts.get(call.path)
    if file is None:
        raise Problem(404, "not_found", f"Version {version.number} has no artefact {call.path[:120]!r}.")
    headers = {"ETag": f'"{file.sha256}"'}
    return web.Response(body=file.body, content_type="application/octet-stream", headers=headers)


def _store(desk: Desk, call: _Call) -> web.Response:
    _, version = desk.version(call.model, call.version)
    if len(call.path) > 120 or re.fullmatch(PATH, call.path) is None:
        raise Problem(400, "bad_request", "A path has letters, digits, - _ . and up to five / in it.")
    new = desk.put(version, call.path, call.body)
    return json(listed(version.artefacts[call.path]), 201 if new else 200)


def _ask(desk: Desk, call: _Call) -> web.Response:
    card, version = desk.version(call.model, call.version)
    desk.ask(version, read(Ask, call.body))
    return json(card.shown(version)["reviews"], 202)


def _holder(desk: Desk, call: _Call) -> web.Response:
    desk.known(call.alias)
    return _version(desk, _Call(b"", call.model, call.alias))


def _move(desk: Desk, call: _Call) -> web.Response:
    card = desk.card(call.model)
    desk.move(card, call.alias, read(Move, call.body))
    return _version(desk, _Call(b"", call.model, call.alias))


def _take(desk: Desk, call: _Call) -> web.Response:
    desk.take(desk.card(call.model), call.alias, read(Body, call.body))
    return web.Response(status=204)


def _history(desk: Desk, call: _Call) -> web.Response:
    spells = desk.card(call.model).spells
    return json({"history": [
        {"alias": s.alias, "version": s.version, "since": s.begun.isoformat(),
         "until": s.ended.isoformat() if s.ended else None} for s in spells
    ]})  # fmt: skip


def _shown(desk: Desk, card: Card) -> dict[str, Any]:
    newest = max((version.number for version in desk.there(card)), default=None)
    return {"name": card.name, "latest": newest, "aliases": card.aliases}
