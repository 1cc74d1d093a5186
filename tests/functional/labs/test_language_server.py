"""The schema of scenario files in the language server that editors use: completion, hover, and no false alarm."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from labs.library.catalogue import find, slugs
from labs.library.reference import abouts
from labs.library.vocabulary import vocabulary
from scenarios.schema import HEADER, schema
from scenarios.variants import TEMPLATE
from tests.functional.labs import language_server
from tests.functional.labs.language_server import Server, serving

MARK = "§"
TEXT = (TEMPLATE / "scenario.yaml").read_text()


@pytest.fixture(scope="module")
def program() -> Path:
    return language_server.found()


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The schema of any scenario, and that of the template."""
    folder = tmp_path_factory.mktemp("schemas")
    words = replace(vocabulary(), about=abouts())
    made = {"any": schema(words), "template": schema(words, find(str(TEMPLATE)).scenario)}
    for name, document in made.items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    return {name: folder / f"{name}.json" for name in made}


@pytest.fixture
async def server(program: Path) -> AsyncIterator[Server]:
    async with serving(program) as one:
        yield one


def headed(text: str, file: Path) -> str:
    return f"{HEADER.format(file)}\n{text}"


def labels(found: Any) -> list[str]:
    return [item["label"] for item in (found["items"] if isinstance(found, dict) else found)]


async def test_no_library_file_gives_a_false_alarm(server: Server, schemas: dict[str, Path]) -> None:
    for name in [*slugs(), str(TEMPLATE)]:
        text = (find(name).folder / "scenario.yaml").read_text()
        for which, file in schemas.items():
            assert await server.open(f"file:///{which}/{Path(name).name}.yaml", headed(text, file)) == [], name


async def test_a_zone_is_not_asked_for(server: Server, schemas: dict[str, Path]) -> None:
    for number, starts in enumerate(("2026-03-02T08:30", "2026-03-02T08:30:00", '"2026-03-02 08:30:00"')):
        text = TEXT.replace("starts: 2026-03-02T08:30:00", f"starts: {starts}")
        assert text.count(starts) == 1
        assert await server.open(f"file:///new/{number}.yaml", headed(text, schemas["any"])) == []


WRONG = [
    ("level: 1", "levl: 1", "Property levl is not allowed."),
    ("part: rest-api", "part: rest-apy", "Value is not accepted. Valid values:"),
    ("abort: 503, every: 4", "abort: 503, every: 4, colour: red", "Property colour is not allowed."),
    ("abort: 503, every: 4", "abort: 503, latency: {fixed: 2s}", "Property latency is not allowed."),
    ("    measure: recovered\n", "    measure: recovered\n    sql: select 1\n", "Property measure is not allowed."),
    ("lasts: 5s", "lasts: {}", 'Incorrect type. Expected "string"'),
    ("    message: {", "    set: {prices: {limitt: {requests: 3}}}\n    message: {", "Property limitt is not"),
]


async def test_a_mistake_is_told_in_words(server: Server, schemas: dict[str, Path]) -> None:
    for number, (old, new, message) in enumerate(WRONG):
        text = changed(old, new)
        told = await server.open(f"file:///new/{number}.yaml", headed(text, schemas["template"]))
        said = [one["message"] for one in told]
        assert any(one.startswith(message) for one in said), said
        assert not [one for one in said if "multiple schemas" in one]


COMPLETED = [
    ("uses: [prices]", "uses: [§]", {"prices"}),
    ("to: shop, rate: 10/s, timeout: 5s}", "rate: 10/s, timeout: 5s, to: §}", {"shop"}),
    ("link: prices, abort", "link: §, abort", {"prices", "shop"}),
    ("message: {from: ada", "message: {from: §", {"ada"}),
    ("    with: {stream: orders}", "    with: {stream: orders, during: [§]}", {"morning", "bad-gateway"}),
    ("    with: {stream: orders}", "    with: {stream: §}", {"orders"}),
    ("    weight: 1\n", "    weight: 1\n    needs: [§]\n", {"everybody-answered", "serves"}),
    ("{data: articles}", "{data: §}", {"articles"}),
    ("    message: {", "    set:\n      §\n    message: {", {"prices"}),
    ("    message: {", "    set:\n      prices:\n        §\n    message: {", {"limit", "login", "sessions"}),
    ("    part: rest-api", "    part: §", {"rest-api", "soap-erp", "postgres"}),
    ("    faults: [{link: prices, abort: 503, every: 4}]\n", "    faults:\n      - link: prices\n        §\n",
     {"abort", "latency", "share"}),
]  # fmt: skip


async def test_what_may_stand_there_is_completed(server: Server, schemas: dict[str, Path]) -> None:
    for number, (old, new, expected) in enumerate(COMPLETED):
        text = headed(changed(old, new), schemas["template"])
        found = await server.at("textDocument/completion", f"file:///new/{number}.yaml", text, MARK)
        assert expected <= set(labels(found)), new


SHOWN = [
    ("    part: rest-api", "    pa§rt: rest-api", "A customer's REST API"),
    ("abort: 503, every", "ab§ort: 503, every", "answers with an HTTP error"),
    ("minutes: 30\n", "minutes: 30\npa§ss: 70\n", "The lowest score that passes an exam."),
    ("    message: {", "    s§et: {prices: {limit: null}}\n    message: {", "Parameters of parts that change"),
    ("    message: {", "    set: {prices: {err§ors: ok}}\n    message: {", "its body says whether it is one"),
]


async def test_what_a_key_means_is_shown(server: Server, schemas: dict[str, Path]) -> None:
    for number, (old, new, said) in enumerate(SHOWN):
        text = headed(changed(old, new), schemas["any"])
        found = await server.at("textDocument/hover", f"file:///new/{number}.yaml", text, MARK)
        assert said in found["contents"]["value"].replace("\\", ""), new


def changed(old: str, new: str) -> str:
    """The template with one change."""
    assert old in TEXT
    return TEXT.replace(old, new, 1)
