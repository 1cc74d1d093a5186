from dataclasses import replace

import pytest

from scenarios.loader import examine, load
from tests.unit.scenarios.linting import CHECK, FAULT, FLOW, HERE, LOSS, MORNING, SERVICE, SITE, WITH, found


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


def test_accounts_are_asked_of_workloads_that_say_what_they_book(write, vocabulary):
    file = write(("accounts: [late]", "accounts: [lots]"))
    assert found(file, replace(vocabulary, accounts={})) == {}
