"""Every kind of part is there in a box, behind its link, with the files that its scenario ships."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.parts import PARTS
from tests import toys
from tests.functional.field.test_sockets import LEAST
from tests.unit.labs import little

pytestmark = [pytest.mark.docker, pytest.mark.xdist_group("box-parts")]

DIAL = '''
import os, socket, time
from urllib.parse import urlsplit

HELLO = {
    "http": b"GET / HTTP/1.0\\r\\n\\r\\n",
    "postgresql": bytes([0, 0, 0, 8, 4, 210, 22, 47]),  # SSLRequest
    "sftp": b"SSH-2.0-toy\\r\\n",
}

def ask():
    """Before it serves, as long as it takes: parts may get up later, and a lap would be over at some time."""
    for name in sorted(n for n in os.environ if n.startswith("P_") and n.endswith("_URL")):
        url = urlsplit(os.environ[name])
        said = b""
        while not said:
            try:
                with socket.create_connection((url.hostname, url.port), timeout=2) as s:
                    s.sendall(HELLO[url.scheme])
                    said = s.recv(8)
            except OSError:
                pass
            if not said:
                time.sleep(0.1)
        print("PART", name, said.decode("latin-1").strip(), flush=True)

ask()
'''


def test_each_answers_through_its_link_as_its_protocol_does(tmp_path: Path) -> None:
    own = little.scenario()
    kinds = sorted(kind for kind in PARTS if kind != "soap-erp")
    site: dict[str, Any] = {f"p-{kind}": {"part": kind, "with": LEAST.get(kind, {})} for kind in kinds}
    deployment = json.loads(json.dumps(own["deployment"]))
    deployment["services"]["promise-api"]["uses"] = ["erp", *site]
    site["p-postgres"] = {"part": "postgres", "with": {"files": ["schema.sql"]}}
    scenario = toys.scenario(tmp_path / "toy", site=own["site"] | site, deployment=deployment)
    (scenario / "site").mkdir()
    (scenario / "site" / "schema.sql").write_text("create table goods (name text)", "utf-8")
    sat = toys.examine(scenario, {"app/__init__.py": "", "app/main.py": DIAL + toys.ASGI}, "box", tmp_path)
    # What becomes of the deployment is another matter: on a busy machine it is not judged.
    assert sat.code in (1, 3), sat.told
    said = dict(line.split(" ", 2)[1:] for line in sat.lines() if line.startswith("PART "))
    first = {"http": "HTTP/1", "postgresql": "N", "sftp": "SSH-2.0-"}
    assert said.keys() == {f"P_{kind.upper().replace('-', '_')}_URL" for kind in kinds}
    for kind in kinds:
        assert said[f"P_{kind.upper().replace('-', '_')}_URL"].startswith(first[PARTS[kind].scheme]), (kind, said)
