from dataclasses import replace

import pytest

from scenarios.loader import examine, load
from scenarios.vocabulary import Params

HERE = "§"


def found(file, vocabulary):
    """Problems by message, with the suggestion, after checking that one stands where the text is marked."""
    text = file.read_text()
    file.write_text(text.replace(HERE, ""))
    problems = examine(file, vocabulary)[1]
    if HERE in text:
        before = text[: text.index(HERE)]
        marked = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        assert marked in [(p.line, p.column) for p in problems], [str(p) for p in problems]
    return {p.message: p.suggestion for p in problems}


SITE = "  shop: {part: shop-system, with: {token: 60m sim}}\n"
SERVICE = "    api: {command: [python, app.py], uses: [shop]}\n"
FLOW = "  orders: {workload: ordering, to: api, rate: 20/s}"
MORNING = "  - {name: morning, lasts: 10s, simulates: 75m}"
FAULT = "latency: {from: 8s, to: 12s}, share: 20%"
WITH = "with: {stream: orders, during: [slow]}"
LOSS = (
    "  - {id: loss, family: business, measure: ledger, with: {accounts: [late]}, "
    'expect: ">= -500 EUR", says: Little is lost}\n'
)
CHECK = "  - {{id: one, family: data, says: x, {}}}\n"


@pytest.mark.parametrize(
    ("old", "new", "message", "suggestion"),
    [
        # names
        (SITE, SITE + "  §Shop_2: {part: mailbox}\n", "'Shop_2' cannot be a name", "small letters"),
        ("name: slow", "name: §Slow 1", "'Slow 1' cannot be a name", "small letters"),
        (SITE, SITE + "  §clock: {part: mailbox}\n", "the name 'clock' is taken: every world has one of its own", None),
        (SERVICE, SERVICE + "    §shop: {command: [x]}\n", "a part and a service are both named 'shop'", None),
        # deployment
        ("uses: [shop]", "uses: [shop, §shpo]", "unknown part 'shpo'", "did you mean 'shop'?"),
        ('editable: ["app.py"]', "editable: [§/etc/passwd]", "'/etc/passwd' may leave the workspace", "app/**"),
        ('editable: ["app.py"]', "editable: [§app/../../x]", "'app/../../x' may leave the workspace", "app/**"),
        ('editable: ["app.py"]', "editable: [§'C:\\x']", "'C:\\\\x' may leave the workspace", None),
        # parts
        ("part: shop-system", "part: §shopsystem", "unknown part 'shopsystem'", "did you mean 'shop-system'?"),
        ("{token: 60m sim}", "{§tokne: 5m sim}", "unknown key 'tokne'", "'token'?"),
        ("{token: 60m sim}", "{token: §60m}", "token: '60m' is not a simulated duration such as", None),
        ("{token: 60m sim}", "{data: §../../etc/passwd}", "'../../etc/passwd' may leave the scenario's folder", None),
        ("set: {shop: {locked: true}}", "set: {§shpo: {}}", "unknown part 'shpo'", "did you mean 'shop'?"),
        ("{locked: true}", "{locked: §3}", "locked: expected true or false, found 3", None),
        ("{locked: true}", "{§lokced: true}", "unknown key 'lokced'", "did you mean 'locked'?"),
        (
            "{token: 60m sim}",
            "{token: §14m sim}",
            "token lasts 1.9 s of wall time in phase 'warm-up'; acting on it takes 2 s",
            "at least 15m sim",
        ),
        (
            "{locked: true}",
            "{token: §14m sim}",
            "token lasts 1.9 s of wall time in phase 'slow'; acting on it takes 2 s",
            "at least 15m sim",
        ),
        ("{locked: true}", "{locked: true, §stock: 9}",
         "stock is fixed for the lap: no phase can change it", "say it once, in site.shop.with"),
        # traffic
        ("to: api", "to: §apy", "unknown service 'apy'", "did you mean 'api'?"),
        ("workload: ordering", "workload: §odering", "unknown workload 'odering'", "did you mean 'ordering'?"),
        (FLOW, FLOW[:-1] + ", with: {§shrot: 5%}}", "unknown key 'shrot'", "did you mean 'short'?"),
        (FLOW, FLOW[:-1] + ", with: {shop: §erp}}", "unknown part 'erp'", "there are: shop"),
        ("rate: 20/s", "rate: §0/s", "rate: this flow sends nothing", None),
        ("rate: 20/s", "rate: 20/s, timeout: §0s", "timeout: no request can be answered in no time", None),
        # phases
        ("name: slow", "name: §morning", "two phases are named 'morning'", None),
        ("name: slow", "name: §drain", "the name 'drain' is taken: every lap ends with a phase of that name", None),
        (MORNING, MORNING[:-1] + ', from: §"09:30"}', "the clock jumps in a graded phase", "graded: false"),
        (MORNING, MORNING[:-1] + ", day: §next}", "the clock jumps in a graded phase", "graded: false"),
        ("from: lena", "from: §dieter", "unknown person 'dieter'", "there are: lena"),
        ("site:\n", "clock: {starts: §2026-03-02T08:00Z}\nsite:\n", "starts: local time takes no zone", "leave out"),
        # faults
        ("link: shop, ", "link: §shpo, ", "unknown link 'shpo'", "did you mean 'shop'?"),
        (SITE, SITE.replace("shop:", "depot:") + SITE, None, None),
        (FAULT, "§latncy: {from: 8s, to: 12s}", "unknown fault 'latncy'", "did you mean 'latency'?"),
        (FAULT, "latency: {from: 8s, to: §12}", "to: 12 is not a duration such as 250ms, 8s or 2m", None),
        (FAULT, "latency: {from: 8s, to: 9s}, §sahre: 5%", "unknown fault 'sahre'", "did you mean 'share'?"),
        (FAULT, "latency: {from: 8s, to: 9s}, §reset: {}", "a second fault, 'reset', beside 'latency'", "of its own"),
        ("link: shop, " + FAULT, "link: shop", "no fault is named here", "there are: latency, reset"),
        (FAULT, FAULT + ", §first: 3",
         "`first` beside `share`: a fault picks whom it strikes in one way", "keep one of"),
        (FAULT, "latency: {from: 8s, to: 9s}, every: 3, §evry: 4", "unknown fault 'evry'", "did you mean 'every'?"),
        (FAULT, "latency: {from: 8s, to: 9s}, every: §1", "every: ", None),
        (FAULT, "latency: {from: 8s, to: 9s}, first: §0", "first: ", None),
        # The phase lasts 10 s and simulates 75 m: 7.5 m a wall second.
        (FAULT, FAULT + ", from: 30m sim, until: §20m sim",
         "until: the fault is over before it sets in", "comes before"),
        (FAULT, FAULT + ", from: §80m sim",
         "from: phase 'slow' simulates 75m sim, so the fault never sets in", "counts from"),
        (FAULT, FAULT + ", until: §80m sim", "until: phase 'slow' simulates 75m sim, and the fault is over", "a shift"),
        (FAULT, FAULT + ", from: §8s", "from: '8s' is not a simulated duration such as", None),
        (FAULT, FAULT + ", flap: {on: §15s sim, off: 10m sim}",
         "flap: on for 33.3 ms of wall time in phase 'slow'; it takes 100 ms", "make it at least 45s sim"),
        (FAULT, FAULT + ", flap: {on: 10m sim, §of: 10m sim}", "unknown key 'of'", "did you mean 'off'?"),
        (FAULT, FAULT + ", §form: 10m sim", "unknown fault 'form'", "did you mean 'from'?"),
        (FAULT, "§reset: {}", "reset cannot strike a shop", None),
        # checks
        ("id: loss", "id: §answers", "two checks have the id 'answers'", None),
        ("id: loss", "id: §serves", "the id 'serves' is taken: the gate that every scenario has is called so", None),
        ("measure: availability\n", "measure: availability\n    §sql: select 1\n",
         "a check has `measure` or `sql`, not both", None),
        (LOSS, LOSS + CHECK.format('expect: "== 0"'), "check 'one' has neither `measure` nor `sql`", "there are: "),
        ("measure: availability", "measure: §availabilty", "unknown measure 'availabilty'", "'availability'?"),
        (WITH, "with: {stream: orders, §quantile: 5%}", "unknown key 'quantile'", "there are: during, stream"),
        (WITH, "§with: {during: [slow]}", "'stream' is missing", None),
        (WITH, "with: {stream: §odrers}", "unknown stream 'odrers'", "did you mean 'orders'?"),
        (LOSS, LOSS + CHECK.format('measure: storm, with: {link: §shpo}, expect: "<= 2"'),
         "unknown part 'shpo'", "did you mean 'shop'?"),
        (WITH, "with: {stream: orders, during: [§sloww]}", "unknown phase 'sloww'", "did you mean 'slow'?"),
        (WITH, "with: {stream: orders, during: [§warm-up]}", "phase 'warm-up' is not graded", None),
        (LOSS, LOSS + CHECK.format('measure: count, with: {table: §mails}, expect: "== 0"'),
         "nothing in this scenario writes table 'mails'", "mailbox would"),
        (LOSS, LOSS + CHECK.format('measure: peak, with: {table: requests, column: §att}, expect: "== 0"'),
         "unknown column of requests 'att'", "did you mean 'at'?"),
        (LOSS, LOSS + CHECK.format('measure: count, with: {table: requests, where: §nonsense}, expect: "== 0"'),
         "no such column: nonsense", None),
        (LOSS, LOSS + CHECK.format('sql: §select nonsense, expect: "== 0"'), "no such column: nonsense", None),
        (LOSS, LOSS + CHECK.format('sql: select 1, with: {during: [§warm-up]}, expect: "== 0"'),
         "phase 'warm-up' is not graded", None),
        (LOSS, LOSS + CHECK.format('sql: select 1, with: {§table: x}, expect: "== 0"'), "unknown key 'table'", None),
        ('">= 98 %"', '§">= 98 ms"',
         "expect: availability is a share, '>= 98 ms' is a time", "write it like '>= 98 %'"),
        ('">= 98 %"', '§"at least 98 %"', "expect: 'at least 98 %' is not an expectation such as", None),
        ("zero: 90 %", "zero: §90 ms", "zero: '90 ms' is a time, `expect` is a share", None),
        ("zero: 90 %", "zero: §99 %", "zero: '99 %' does not fall short of '>= 98 %'", None),
        ("zero: 90 %", "zero: §98 %", "zero: '98 %' does not fall short of '>= 98 %'", None),
        ("zero: 90 %", "zero: §none", "zero: 'none' is not a quantity such as", None),
        ('">= -500 EUR"', '§">= -500 USD"', "expect: USD is not this customer's currency", "write EUR"),
        ("weight: 2\n", "weight: 2\n    needs: [§los]\n", "unknown check 'los'", "did you mean 'loss'?"),
        ("weight: 2\n", "weight: 2\n    needs: [answers]\n", "checks need each other: answers → answers", None),
        ("accounts: [late]", "accounts: [late, §lots]", "unknown ledger account 'lots'", "did you mean 'lost'?"),
        ('">= 98 %"', '§">= 0 %"',
         "expect: nothing can break '>= 0 %': availability is from 0 % to 100 %", "raise the bar"),
        (LOSS, LOSS + CHECK.format('gate: true, measure: count, with: {table: requests}, expect: §">= 0"'),
         "expect: nothing can break '>= 0': count is never under 0", "raise the bar"),
        (LOSS, LOSS + CHECK.format('measure: count, with: {table: requests}, expect: §"< 0"'),
         "expect: nothing can meet '< 0': count is never under 0", "lower the bar"),
        (LOSS, LOSS + CHECK.format('measure: ratio, with: {table: requests, of: x}, expect: §"<= 100 %"'),
         "expect: nothing can break '<= 100 %': ratio is from 0 % to 100 %", "raise the bar"),
        (LOSS, LOSS + CHECK.format('measure: ratio, with: {table: requests, of: x}, expect: §"> 100 %"'),
         "expect: nothing can meet '> 100 %': ratio is from 0 % to 100 %", "lower the bar"),
        # fairness
        ('">= 98 %"', '§">= 99.5 %"',
         "expect: 2 bad requests of about 200 would break '>= 99.5 %'; it must take 3 or more", "lower the bar"),
        ('">= 98 %"', '§"== 100 %"',
         "expect: 1 bad request of about 200 would break '== 100 %'; it must take 3 or more", "lower the bar"),
        (LOSS, LOSS + CHECK.format('measure: latency, with: {stream: orders, quantile: 99.5%}, expect: §"<= 1s"'),
         None, None),
        (LOSS, LOSS + CHECK.format('measure: latency, with: {stream: orders, quantile: 99.9%}, expect: §"<= 1s"'),
         "expect: 1 bad request of about 400 would break a quantile of 99.9 %", "lower the bar"),
        (LOSS, LOSS + CHECK.format('measure: latency, with: {stream: orders, quantile: §90%}, expect: "<= 1s"'),
         "quantile: a tail of 10 % is within twice the 10 % that latency strikes on 'shop'", "under 5 % or over 20 %"),
        (LOSS, LOSS + CHECK.format('measure: latency, with: {stream: orders, quantile: §60%, during: [slow]}, '
                                   'expect: "<= 1s"'),
         "quantile: a tail of 40 % is within twice the 20 % that latency strikes on 'shop'", None),
        (LOSS, LOSS + CHECK.format('measure: ratio, with: {table: requests, of: x}, expect: §"<= 0.1 %"'),
         "expect: 1 bad request of about 400 would break '<= 0.1 %'; it must take 3 or more", None),
        (LOSS, LOSS + CHECK.format('measure: survived, with: {kind: latency}, expect: §">= 96 %"'),
         "expect: 2 bad requests of about 40 would break '>= 96 %'; it must take 3 or more", None),
        (LOSS, LOSS + CHECK.format('measure: survived, with: {kind: latency, link: shop}, expect: ">= 90 %"'),
         None, None),
        (LOSS, LOSS + CHECK.format('measure: survived, §with: {kind: reset}, expect: ">= 90 %"'),
         "no fault 'reset' in the phases that this check looks at", None),
        (LOSS, LOSS + CHECK.format('measure: survived, §with: {link: shop, during: [morning]}, expect: ">= 90 %"'),
         "no fault on 'shop' in the phases that this check looks at", None),
        (LOSS, LOSS + CHECK.format('measure: §survived, with: {kind: latency, link: shop}, expect: ">= 90 %"'),
         "survived is well where nothing was struck, also where nothing was done", "let it need a check on answers"),
        ("link: shop, " + FAULT + "}]", "link: api, reset: {}, share: 20%}]",
         "expect: faults on 'api' refuse 20 % of what comes in, so no deployment can reach '>= 98 %'", "lower the bar"),
        ("link: shop, " + FAULT + "}]", "link: api, reset: {}, every: 100}]", None, None),
    ],
)  # fmt: skip
def test_rules(write, vocabulary, old, new, message, suggestion):
    file = write((old, new))
    if message is None:
        file.write_text(file.read_text().replace(HERE, ""))
        problems = found(file, vocabulary)
        assert not [m for m in problems if "three" in m or "links" in m or "refuse" in m or "looks at" in m]
        return
    problems = found(file, vocabulary)
    at = next((m for m in problems if m.startswith(message)), None)
    assert at is not None, problems
    if suggestion is not None:
        assert suggestion in (problems[at] or ""), problems[at]


def test_a_fault_on_a_part_that_nobody_uses_strikes_nothing(write, vocabulary):
    problems = found(write((SITE, SITE + "  depot: {part: mailbox}\n"), ("link: shop", "link: §depot")), vocabulary)
    assert "no service uses part 'depot', so nothing passes over this link" in problems


@pytest.mark.parametrize(
    ("uses", "measure", "said"),
    [
        ("[shop]", "storm", "no service uses 'depot', so nothing goes over that link"),
        ("[shop, depot]", "storm", "single attempts are seen on HTTP alone; 'depot' speaks tcp"),
        ("[shop, depot]", "leak", None),
    ],
)
def test_how_a_deployment_behaves_is_seen_on_links_it_uses(write, vocabulary, uses, measure, said):
    mark = "§" if said else ""
    check = CHECK.format(f'measure: {measure}, with: {{link: {mark}depot}}, expect: "<= 2"')
    depot = (SITE, SITE + "  depot: {part: mailbox}\n")
    problems = found(write(depot, ("uses: [shop]", f"uses: {uses}"), (LOSS, LOSS + check)), vocabulary)
    assert [*problems] == ([said] if said else [])


@pytest.mark.parametrize(
    ("picks", "share"),
    [
        ("every: 5", "10 %"),
        ("first: 40", "10 %"),
        ("first: 4000", None),
        ("from: 45m sim, until: 60m sim", "10 %"),
        ("flap: {on: 3m sim, off: 12m sim}", "10 %"),
        ("every: 2, flap: {on: 6m sim, off: 9m sim}", "10 %"),
        ("flap: {on: 9m sim, off: 1m sim}", None),
    ],
)
def test_what_is_counted_is_a_share_of_the_requests_too(write, vocabulary, picks, share):
    check = CHECK.format('measure: latency, with: {stream: orders, quantile: §90%}, expect: "<= 1s"')
    text = check if share else check.replace(HERE, "")
    problems = found(write((LOSS, LOSS + text), ("share: 20%", picks)), vocabulary)
    unfair = [m for m in problems if m.startswith("quantile: a tail of 10 % is within twice")]
    assert [m.split("twice the ")[1] for m in unfair] == ([f"{share} that latency strikes on 'shop'"] if share else [])


def test_a_fault_may_strike_a_service(write, vocabulary):
    assert not found(write(("link: shop", "link: api")), vocabulary)


def test_what_a_shift_sets_holds_later(write, vocabulary):
    late = "  - {name: late, lasts: 5s, simulates: 150m}\nchecks:\n"
    shift = ("name: slow\n", "name: slow\n    shift: true\n")
    short = ("{locked: true}", "{token: 40m sim}")
    problems = found(write(shift, short, ("checks:\n", late)), vocabulary)
    assert "token lasts 1.3 s of wall time in phase 'late'; acting on it takes 2 s" in problems
    problems = found(write(short, ("checks:\n", late)), vocabulary)
    assert not [m for m in problems if m.startswith("token lasts 1.3")]


def test_cycles_are_reported_once(write, vocabulary):
    file = write(("weight: 2\n", "weight: 2\n    needs: [loss]\n"), ("id: loss,", "id: loss, needs: [answers],"))
    assert list(found(file, vocabulary)) == ["checks need each other: answers → loss → answers"]


def test_something_must_be_graded_and_count(write, vocabulary):
    problems = found(
        write(
            (MORNING, MORNING[:-1] + ", graded: false}"),
            ("lasts: 10s\n    faults", "lasts: 10s\n    graded: false\n    faults"),
            ("weight: 2", "weight: 0"),
            ("{id: loss,", "{id: loss, weight: 0,"),
        ),
        vocabulary,
    )
    assert "no phase is graded" in problems
    assert "no check has a weight, so nothing can be scored" in problems


def test_tables_of_an_unknown_part_are_not_missed(write, vocabulary):
    check = CHECK.format('measure: count, with: {table: facts_logins}, expect: "== 0"')
    problems = found(write(("part: shop-system", "part: §shopsystem"), (LOSS, LOSS + check)), vocabulary)
    assert list(problems) == ["unknown part 'shopsystem'"]


def test_the_folder_must_be_complete(write, vocabulary):
    file = write(proof=False)
    (file.parent / "briefing.md").unlink()
    (file.parent / "workspace" / "app.py").unlink()
    problems = examine(file, vocabulary)[1]
    assert sorted(p.message for p in problems) == ["briefing.md is missing", "workspace/ is missing"]
    assert {p.path for p in problems} == {str(file.parent)}


def test_shortcuts_are_linted_where_they_are_written(write, vocabulary):
    file = write()
    shortcut = file.parent / "shortcuts" / "hasty" / "shortcut.yaml"
    shortcut.parent.mkdir(parents=True)
    shortcut.write_text("says: no\nfails: [answers, answres]\nedits:\n  - {file: app.py, find: nowhere, replace: x}\n")
    assert [(p.path, p.line, p.column, p.message) for p in examine(file, vocabulary)[1]] == [
        (str(shortcut), 2, 18, "unknown check 'answres'"),
        (str(shortcut), 4, 26, "does not occur in app.py"),
    ]


def test_a_kind_without_parameters_needs_no_block(write, vocabulary):
    assert not found(write((SITE, SITE + "  post: {part: mailbox}\n")), vocabulary)


def test_any_unit_fits_a_measure_of_any(write, vocabulary):
    for expected in ("<= 2", "<= 2 s", "<= 2/s"):
        check = CHECK.format(f'measure: peak, with: {{table: requests, column: at}}, expect: "{expected}"')
        assert not found(write((LOSS, LOSS + check)), vocabulary)


def test_without_a_vocabulary_only_the_shape_counts(write):
    assert load(write(("part: shop-system", "part: anything"))).site["shop"].part == "anything"


def test_the_question_is_asked_of_all_tables_of_the_scenario(write, vocabulary):
    seen = []
    asking = replace(vocabulary, question=lambda _check, tables: seen.append(set(tables)))
    load(write(), asking)
    assert seen[0] == {"requests", "ledger", "facts_logins", "facts_orders"}


def test_skills_and_gaps_are_the_curriculums(write, vocabulary):
    known = replace(vocabulary, skills=frozenset({"listening"}), gaps=frozenset({"drift"}))
    file = write(("level: 1\n", "level: 1\nskills: {listning: 1}\ngaps: [drft]\n"))
    assert found(file, known) == {
        "unknown skill 'listning'": "did you mean 'listening'?",
        "unknown gap 'drft'": "did you mean 'drift'?",
    }
    assert found(file, vocabulary) == {}


def test_a_default_that_leads_nowhere_is_told_with_its_parameter(write, vocabulary):
    file = write(("  shop: {part", "  till: {part"), ("uses: [shop]", "uses: [till]"), ("link: shop", "link: till"),
                 ("set: {shop", "set: {till"))  # fmt: skip
    assert found(file, vocabulary) == {"unknown part 'shop', the default of 'shop'": "there are: till"}


def test_bad_requests_are_counted_at_the_rate_of_each_phase(write, vocabulary):
    slow = "- name: slow\n"
    file = write(('">= 98 %"', '">= 99.5 %"'), (slow, slow + "    traffic: {orders: 60/s}\n"))
    assert found(file, vocabulary) == {}
    file = write((slow, slow + "    traffic: {orders: 5/s}\n"))
    said = "expect: 2 bad requests of about 50 would break '>= 98 %'; it must take 3 or more"
    assert said in found(file, vocabulary)


UNFAIR = "expect: 2 bad requests of about 200 would break '>= 99.5 %'; it must take 3 or more"


@pytest.mark.parametrize(
    ("old", "new", "unknown"),
    [
        ("level: 1", "level: 1\n§colour: red", "unknown key 'colour'"),
        ("lasts: 4s,", "lasts: 4s, §shown: true,", "unknown key 'shown'"),
        ("level: 1", "level: §one", "level: expected a whole number, found 'one'"),
        ("id: loss", "§colour: red, id: loss", "unknown key 'colour'"),
    ],
)
def test_what_is_unfair_is_told_beside_what_does_not_fit(write, vocabulary, old, new, unknown):
    file = write((old, new), ('">= 98 %"', '">= 99.5 %"'))
    assert set(found(file, vocabulary)) == {unknown, UNFAIR}
    text = file.read_text().splitlines()
    line = next(number for number, one in enumerate(text, 1) if "99.5" in one)
    places = [(p.line, p.column) for p in examine(file, vocabulary)[1] if p.message == UNFAIR]
    assert places == [(line, text[line - 1].index('"') + 1)]


@pytest.mark.parametrize(
    ("old", "new", "unknown"),
    [
        # How long the phases are, and which are graded, is not known where that is what is misspelt.
        ("name: morning, lasts: 10s", "name: morning, §lats: 10s", "unknown key 'lats'"),
        ("lasts: 4s, graded", "lasts: 4s, §graedd", "unknown key 'graedd'"),
        ("rate: 20/s", "rate: §20", "rate: 20 is not a rate such as 20/s"),
        ("during: [slow]", "§durnig: [slow]", "unknown key 'durnig'"),
    ],
)
def test_what_a_mistake_makes_unfair_is_not(write, vocabulary, old, new, unknown):
    problems = found(write((old, new), ('">= 98 %"', '">= 99.5 %"')), vocabulary)
    assert unknown in problems
    assert not [message for message in problems if "would break" in message]


@pytest.mark.parametrize(
    ("phase", "check", "looks"),
    [
        ("shift: true", "", True),
        ("shift: §true", "during: [morning]", False),
        ("shift: §true\n    graded: false", "", False),
    ],
)
def test_what_a_shift_changes_is_looked_at(write, vocabulary, phase, check, looks):
    changes = [("name: slow\n", f"name: slow\n    {phase}\n"), (WITH, "with: {stream: orders}")]
    if check:
        changes = [changes[0], ("during: [slow]", check), ("accounts: [late]", f"accounts: [late], {check}")]
    problems = found(write(*changes), vocabulary)
    said = "no check looks at what shift 'slow' changes"
    assert (said in problems) is not looks


def test_a_shift_is_looked_at_by_what_is_always_of_the_whole_lap(write, vocabulary):
    class Whole(Params):
        pass

    measures, units = {**vocabulary.measures, "whole": Whole}, {**vocabulary.units, "whole": "any"}
    words = replace(vocabulary, measures=measures, units=units)
    check = CHECK.format('measure: whole, expect: ">= 3"')
    file = write(("name: slow\n", "name: slow\n    shift: true\n    graded: false\n"), (WITH, "with: {stream: orders}"),
                 (LOSS, LOSS + check))  # fmt: skip
    assert "no check looks at what shift 'slow' changes" not in found(file, words)


def test_accounts_are_asked_of_workloads_that_say_what_they_book(write, vocabulary):
    file = write(("accounts: [late]", "accounts: [lots]"))
    assert found(file, replace(vocabulary, accounts={})) == {}


def test_a_graded_phase_in_which_nobody_looks_at_something_is_noted(write, vocabulary):
    notes = [p for p in examine(write(), vocabulary, notes=True)[1] if p.note]
    assert [(p.line, p.message) for p in notes if "never taken" in p.message] == [
        (29, "availability of orders is never taken in morning")
    ]
    whole = ("with: {stream: orders, during: [slow]}", "with: {stream: orders}")
    assert not [p for p in examine(write(whole), vocabulary, notes=True)[1] if "never taken" in p.message]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("simulates: 75m}", "simulates: 75m, excused: why}", "a graded phase cannot be excused"),
        ("graded: false", "graded: false, excused: ' '", "excused: say why nothing counts in this phase"),
    ],
)
def test_an_excuse_is_for_an_ungraded_phase_and_says_why(write, vocabulary, old, new, message):
    problems = examine(write((old, new)), vocabulary)[1]
    assert [p.message.replace("'", "") for p in problems] == [message]
    assert not examine(write(("graded: false", "graded: false, excused: the files come first")), vocabulary)[1]


def test_a_gate_cannot_ask_for_answers_that_faults_refuse_in_the_warm_up(write, vocabulary):
    refused = "graded: false, faults: [{link: api, reset: {}}]"
    gate = ("with: {stream: orders, during: [slow]}", "with: {stream: orders}\n    gate: true")
    (problem,) = examine(write(("graded: false", refused), gate), vocabulary)[1]
    assert "refuse 16.7 % of what comes in" in problem.message
    assert not examine(write(("graded: false", f"{refused}, excused: why"), gate), vocabulary)[1]
