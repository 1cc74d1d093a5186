"""What a scenario becomes: processes, endpoints, and who can reach whom."""

import json
import re
from pathlib import Path

import pytest

from scenarios.draws import Template
from scenarios.model import DatasetSpec
from scenarios.ranges import Draw
from simulator.drawing import drawn
from simulator.field.config import FieldConfig
from simulator.parts.config import HostConfig
from simulator.plan import Address, Plan, resolve
from simulator.planner import plan

SNAPSHOT, LAPS = Path("/snap"), Path("/laps")


def scenario(site: dict[str, object]) -> Template:
    service = {"command": ["uvicorn", "app:app", "--port", "$PORT"], "uses": list(site), "limits": {"memory": "64m"}}
    return Template.model_validate(
        {
            "id": "toy",
            "title": "Toy",
            "customer": {"name": "C", "trade": "t", "currency": "EUR"},
            "level": 0,
            "minutes": 1,
            "site": site,
            "deployment": {"services": {"promise-api": service}, "editable": ["*"]},
            "traffic": {"orders": {"workload": "order-promising", "to": "promise-api", "rate": "1/s"}},
            "phases": [{"name": "only", "lasts": "1s"}],
            "checks": [{"id": "c", "family": "business", "measure": "count", "expect": "== 0", "says": "s"}],
        }
    )


def made(**site: object) -> Plan:
    return plan(scenario(site), "abcd", SNAPSHOT, LAPS, "token", seed=1)


ERP = {"part": "soap-erp"}


def filled(text: str, world: Plan) -> str:
    """Text with references, as a runtime resolves it on one host."""
    ports = {name: 9000 + i for i, name in enumerate(world.endpoints)}
    addresses = {n: Address(bind="127.0.0.1", host="127.0.0.1", port=p, bind_port=p) for n, p in ports.items()}
    return resolve(text, world, addresses, {"evidence": "/e", "workspace": "/app", "config": "/c"})


def test_asyncio_parts_share_one_process_and_a_program_of_its_own_gets_one() -> None:
    world = made(erp=ERP, crm=ERP, lone=ERP | {"alone": True}, db={"part": "postgres"})
    assert [p.name for p in world.of("site")] == ["site", "site-lone", "site-db"]


def test_the_deployment_meets_only_the_field_and_never_a_part() -> None:
    world = made(erp=ERP, db={"part": "postgres"})
    in_deploy = {name: owner.role for name, (e, owner) in world.endpoints.items() if e.net == "deploy"}
    assert in_deploy == {"clock": "field", "dns": "field", "erp": "field", "db": "field", "promise-api": "deployment"}


def test_processes_of_ours_read_no_certificate_authorities_and_a_deployment_reads_its_images() -> None:
    world = made(erp=ERP)
    ours = (*world.of("site"), *world.of("field"))
    assert {process.env.get("SSL_CERT_FILE") for process in ours} == {"/dev/null"}
    assert not any(name.startswith("SSL_") for process in world.of("deployment") for name in process.env)


def test_sites_know_the_datasets_and_the_deployment_never_does() -> None:
    spec = {"rows": 3, "columns": {"secret_number": {"sequence": {}}}}
    data = scenario({"erp": ERP}).model_copy(update={"datasets": {"stock": DatasetSpec.model_validate(spec)}})
    world = plan(data, "abcd", SNAPSHOT, LAPS, "token", seed=1)
    config = HostConfig.model_validate_json(filled(world.process("site").config or "", world))
    assert (config.datasets, config.starts) == (data.datasets, data.clock.starts)
    assert "secret_number" not in str(world.of("deployment"))


def test_control_and_ingress_meet_the_host_and_not_the_deployment() -> None:
    world = made(erp=ERP)
    assert {n for n, (e, _) in world.endpoints.items() if e.net == "edge"} == {"control", "ingress-promise-api"}


def test_a_learner_reaches_parts_by_doorways_in_practice_alone() -> None:
    given = scenario({"erp": ERP})
    world = plan(given, "abcd", SNAPSHOT, LAPS, "token", practice=True, seed=1)
    assert world.endpoints["doorway-erp"][0].net == "edge"
    assert world.endpoints["doorway-erp"][1].role == "field"
    config = FieldConfig.model_validate_json(filled(world.process("field").config or "", world))
    assert list(config.doorways) == ["erp"]
    exam = FieldConfig.model_validate_json(filled(made(erp=ERP).process("field").config or "", made(erp=ERP)))
    assert exam.doorways == {}


def test_endpoints_of_one_process_in_one_net_never_share_a_port() -> None:
    for process in made(erp=ERP, crm=ERP, db={"part": "postgres"}).processes:
        places = [(e.net, e.port, e.udp) for e in process.endpoints]
        assert len(places) == len(set(places))


def test_a_service_gets_urls_of_what_it_uses_its_limits_and_nothing_secret() -> None:
    world = made(erp=ERP)
    service = world.process("promise-api")
    assert set(service.env) == {"HOST", "PORT", "CLOCK_URL", "ERP_URL"}
    assert service.env["ERP_URL"] == "{url:erp}"
    assert service.argv == ("uvicorn", "app:app", "--port", "{bind_port:promise-api}")
    assert service.limits.memory == 64 * 2**20
    assert [(m.source, m.writable) for m in service.mounts] == [(SNAPSHOT, False)]
    assert "token" not in json.dumps([service.argv, dict(service.env), service.config])


def test_the_configs_are_what_field_and_host_read() -> None:
    world = made(erp=ERP, db={"part": "postgres"})
    field = FieldConfig.model_validate_json(filled(world.process("field").config or "", world))
    assert [(link.name, link.protocol, link.ready) for link in field.links] == [
        ("promise-api", "http", "/health"), ("erp", "http", None), ("db", "tcp", None),
    ]  # fmt: skip
    assert [link.connections for link in field.links] == [None, None, 128]
    assert set(field.site) == {"site", "site-db"}
    assert field.hosts == {"erp": "site", "db": "site-db"}
    host = HostConfig.model_validate_json(filled(world.process("site").config or "", world))
    assert [part.name for part in host.parts] == ["erp"]
    assert field.links[1].target == host.parts[0].listen


def test_a_reference_to_nothing_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled("{url:nowhere}", made(erp=ERP))


def test_an_unknown_process_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody"):
        made(erp=ERP).process("nobody")


def test_the_environment_has_what_a_part_asks_for_at_its_door() -> None:
    db = {"part": "postgres", "with": {"role": "shop", "password": "s3'c/ret", "database": "wms"}}
    world = made(**{"db": db, "scan-drop": {"part": "sftp-drop"}, "erp": ERP})
    env = {key: filled(value, world) for key, value in world.process("promise-api").env.items()}
    assert re.fullmatch(r"postgresql://shop:s3%27c%2Fret@127.0.0.1:\d+/wms", env["DB_URL"])
    assert (env["DB_USER"], env["DB_PASSWORD"]) == ("shop", "s3'c/ret")
    assert env["SCAN_DROP_URL"].startswith("sftp://partner:partner@127.0.0.1:")
    assert env["SCAN_DROP_HOST_KEY"].startswith("ssh-ed25519 ")
    assert "ERP_USER" not in env


def test_a_plan_has_the_customer_that_its_seed_draws_and_the_field_the_template() -> None:
    site: dict[str, object] = {"erp": {**ERP, "with": {"sessions": 2}}}
    draws = (Draw(("site", "erp", "with", "sessions"), "sessions", text="3..9"),)
    template = scenario(site).model_copy(update={"draws": draws})
    seen = set()
    for seed in range(12):
        world = plan(template, "abcd", SNAPSHOT, LAPS, "token", seed=seed)
        config = HostConfig.model_validate_json(filled(world.process("site").config or "", world))
        seen.add(config.parts[0].params["sessions"])
        assert config.parts[0].params == drawn(template, seed).site["erp"].with_
        field = FieldConfig.model_validate_json(filled(world.process("field").config or "", world))
        assert field.scenario == template
    assert seen > {3, 9}


def test_a_clock_is_made_for_every_service_that_some_seed_sets_wrong() -> None:
    skew = {"service": "promise-api", "skew": {"by": "5m sim"}}
    pick = Draw(("phases", 0, "faults"), "faults", pick=([], [skew]))
    template = scenario({"erp": ERP}).model_copy(update={"draws": (pick,)})
    for seed in range(6):
        world = plan(template, "abcd", SNAPSHOT, LAPS, "token", seed=seed)
        assert "clock-promise-api" in world.endpoints
