"""Names in a database's SQL that are not there."""

import time
from pathlib import PurePath

import pytest

from scenarios.vocabulary import Around
from simulator.parts import PARTS

SCHEMA = """
CREATE SCHEMA erp;
CREATE TABLE erp.items (sku text PRIMARY KEY, price numeric, at timestamp DEFAULT clock.now());
CREATE TABLE picks (id bigint GENERATED ALWAYS AS IDENTITY, sku text REFERENCES erp.items, qty int, "Site" text);
CREATE TABLE old_picks (LIKE picks INCLUDING ALL);
CREATE VIEW short AS SELECT p.id, i.price AS cost FROM picks p JOIN erp.items i USING (sku) WHERE p.qty < 0;
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER noting AFTER INSERT ON picks FOR EACH ROW EXECUTE FUNCTION note();
ALTER TABLE picks ADD COLUMN bin text;
GRANT USAGE ON SCHEMA erp TO PUBLIC;
"""


def told(kind="postgres", **given):
    """Return what is wrong by place, with the suggestion."""
    needed: dict[str, object] = {"queues": {"a": {}}} if kind == "queue" else {}
    params = PARTS[kind].params.model_validate({"files": ["schema.sql"], **needed, **given})
    around = Around({"book": frozenset({"id", "name"})}.get, {PurePath("schema.sql"): SCHEMA}.get)
    return {one.loc: (one.message, one.suggestion) for one in PARTS[kind].mismatches(params, around)}


def job(sql):
    return told(jobs={"nightly": {"at": ["02:00"], "run": sql}}, data={"book": "book"})


@pytest.mark.parametrize(
    ("sql", "message", "suggestion"),
    [
        ("UPDATE pikcs SET qty = 0", "there is no table 'pikcs'", "did you mean 'picks'?"),
        ("UPDATE picks SET qyt = 0", "there is no column 'qyt' in picks", "did you mean 'qty'?"),
        ("UPDATE picks SET qty = 0 WHERE skuu = 'A'", "there is no column 'skuu' in picks", "did you mean 'sku'?"),
        ("DELETE FROM picks p USING erp.items i WHERE p.sku = i.suk", "table i has no column 'suk'", "'sku'?"),
        ("DELETE FROM erp.itmes", "there is no table 'erp.itmes'", "did you mean 'erp.items'?"),
        ("INSERT INTO picks (sku, qtty) VALUES ('A', 1)", "table picks has no column 'qtty'", "did you mean 'qty'?"),
        ("INSERT INTO old_picks SELECT * FROM picks WHERE nb = 1", "there is no column 'nb' in picks", "there are: "),
        ("INSERT INTO picks (sku) VALUES ('A') RETURNING idd", "there is no column 'idd' in picks", "'id'?"),
        ("TRUNCATE picks, old_pick", "there is no table 'old_pick'", "did you mean 'old_picks'?"),
        ("SELECT p.site FROM picks p", "table p has no column 'site'", "did you mean 'Site'?"),
        ("SELECT x.sku FROM picks p", "nothing here is called 'x'", "there are: p"),
        ("SELECT costs FROM short", "there is no column 'costs' in short", "did you mean 'cost'?"),
        ("SELECT nam FROM book", "there is no column 'nam' in book", "did you mean 'name'?"),
        ("SELECT 1 FROM picks WHERE EXISTS (SELECT 1 FROM erp.items i WHERE i.sku = picks.suk)",
         "table picks has no column 'suk'", "did you mean 'sku'?"),
        ("WITH a AS (SELECT sku, qty FROM picks) SELECT lots FROM a", "there is no column 'lots' in a", "there are: "),
        ("CREATE TEMP TABLE t AS SELECT sku FROM picks; SELECT s FROM t", "there is no column 's' in t", "sku"),
    ],
)  # fmt: skip
def test_a_name_that_is_not_there_is_told_at_its_job(sql, message, suggestion):
    (found,) = [one for loc, one in job(sql).items() if loc == ("jobs", "nightly", "run")]
    assert found[0] == message
    assert suggestion in found[1]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE picks SET sku = upper(sku), (qty, bin) = (1, 'x') WHERE ctid IS NOT NULL RETURNING id",
        "UPDATE picks p SET qty = i.price FROM erp.items i WHERE i.sku = p.sku AND i.at < clock.now() - interval '1 d'",
        "INSERT INTO erp.items (sku, price) VALUES ('A', 1) ON CONFLICT (sku) DO UPDATE SET price = excluded.price",
        "INSERT INTO old_picks OVERRIDING SYSTEM VALUE SELECT * FROM picks",
        "WITH gone AS (DELETE FROM picks RETURNING *) INSERT INTO old_picks SELECT * FROM gone",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i) FROM n",
        "SELECT g, x.a FROM generate_series(1, 3) g, LATERAL (SELECT g + 1 AS a) x WHERE anything > 1",
        "SELECT sku AS s, count(*) AS n FROM picks GROUP BY s HAVING count(*) > 1 ORDER BY n DESC LIMIT 3",
        'SELECT "Site", to_json(picks), picks.* FROM picks, erp.items',
        "SELECT row_number() OVER w, extract(epoch FROM at) FROM erp.items WINDOW w AS (PARTITION BY sku ORDER BY at)",
        "SELECT count(*) FROM (SELECT sku FROM picks UNION SELECT sku FROM erp.items) both_ WHERE sku > 'A'",
        "SELECT relname FROM pg_stat_user_tables; SELECT * FROM information_schema.tables; SELECT pg_sleep(1)",
        "SELECT v.a FROM (VALUES (1, 2)) AS v (a, b); LOCK TABLE picks; ANALYZE picks",
        "SELECT 1 FROM (picks JOIN erp.items USING (sku)) WHERE qty > 1",
        "MERGE INTO picks USING erp.items i ON i.sku = picks.sku WHEN MATCHED THEN DELETE",
        "COMMENT ON TABLE picks IS 'x'; CALL anything(1)",
        'SELECT current_user, session_user, localtimestamp, CASE WHEN qty > 1 THEN sku COLLATE "C" END FROM picks',
    ],
)
def test_what_is_there_is_not_complained_about(sql):
    assert job(sql) == {}


@pytest.mark.parametrize("block", ["probes", "unchanged", "tells"])
def test_queries_at_the_lap_s_end_are_looked_at(block):
    assert told(**{block: {"one": "SELECT suk FROM picks"}}) == {
        (block, "one"): ("there is no column 'suk' in picks", "did you mean 'sku'?")
    }


def test_rights_and_locks_are_looked_at():
    found = told(grants={"pick": ["select"], "erp.items": {"select": ["sku", "prize"]}}, locked=["erp.item"])
    assert found == {
        ("grants", "pick"): ("there is no table 'pick'", "did you mean 'picks'?"),
        ("grants", "erp.items", "select", 1): ("table erp.items has no column 'prize'", "did you mean 'price'?"),
        ("locked", 0): ("there is no table 'erp.item'", "did you mean 'erp.items'?"),
    }


def test_what_makes_the_database_is_looked_at_in_its_order():
    later = "CREATE TABLE later (id int)"
    assert told(setup=["INSERT INTO later (id) VALUES (1)", later])[("setup", 0)][0] == "there is no table 'later'"
    assert told(setup=[later, "INSERT INTO later (id) VALUES (1)"]) == {}


def test_a_mistake_in_a_file_names_the_file():
    params = PARTS["postgres"].params.model_validate({"files": ["a.sql"]})
    around = Around(lambda _: None, lambda _: "CREATE TABLE t (a int); INSERT INTO t (b) VALUES (1)")
    (found,) = PARTS["postgres"].mismatches(params, around)
    assert (found.loc, found.message) == (("files", 0), "a.sql: table t has no column 'b'")


def test_a_table_that_the_deployment_may_make_is_its_own_affair_unless_it_looks_misspelt():
    assert told(access="create", probes={"n": "SELECT count(*) FROM forecasts"}) == {}
    assert told(access="write", probes={"n": "SELECT count(*) FROM forecasts"})
    misspelt = told(access="create", probes={"n": "SELECT count(*) FROM pick"})
    assert misspelt[("probes", "n")][1] == "did you mean 'picks'?"


@pytest.mark.parametrize(
    "making",
    ["DO $$ BEGIN EXECUTE 'CREATE TABLE x (a int)'; END $$", "SET search_path TO erp", "nonsense (", "(" * 5000],
)
def test_where_the_schema_is_not_understood_nothing_is_said(making):
    assert told(setup=[making], probes={"n": "SELECT a FROM x"}) == {}


HOSTILE = ["(" * 39 + "1" + ")" * 39 + " + x" * 5000, "a" + "[1]" * 199, "ARRAY[" * 39 + "]" * 39, "f()" * 30_000]


@pytest.mark.parametrize("hostile", HOSTILE, ids=["brackets", "chain", "arrays", "calls"])
@pytest.mark.parametrize("where", ["probes", "jobs"])
def test_hostile_sql_takes_no_time_worth_mentioning(hostile, where):
    begun = time.process_time()
    given = {"at": ["02:00"], "run": f"SELECT {hostile}"} if where == "jobs" else f"SELECT {hostile}"
    assert told(**{where: {str(n): given for n in range(20)}}) == {}
    assert time.process_time() - begun < 4


def test_a_queue_s_own_tables_are_known():
    assert told("queue", probes={"n": "SELECT count(*) FROM queue.messages WHERE queue = 'a'"}) == {}
    assert told("queue", probes={"n": "SELECT count(*) FROM queue.mesages"})[("probes", "n")][1] == (
        "did you mean 'queue.messages'?"
    )
