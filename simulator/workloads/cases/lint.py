"""What is wrong with a business, each at its place: names, types, questions, and directions that cost nothing."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from scenarios.business import OTHERWISE, Business, Draw
from scenarios.businesses import Written
from scenarios.exchange import Request
from scenarios.model import DatasetSpec, Flow, Scenario
from scenarios.problems import Problem, did_you_mean, ordered
from scenarios.shape import Loc
from simulator.workloads.cases import hazards, names, questions
from simulator.workloads.cases.compiled import column, truth
from simulator.workloads.cases.expression import TIMES, Expr, Of, Scope, Wrong
from simulator.workloads.cases.kind import parameters
from simulator.workloads.cases.names import BUILT_IN, PARAMETERS, Given
from simulator.workloads.cases.places import Places
from simulator.workloads.cases.request import holes

Specs = Mapping[str, DatasetSpec]


def lint(written: Written, scenario: Scenario) -> tuple[Problem, ...]:
    """Return all problems of a business, as the flows of its scenario use it."""
    flows: list[tuple[str, Flow | None]]
    flows = [(n, f) for n, f in scenario.traffic.items() if f.workload == written.business.name] or [("", None)]
    return ordered(problem for name, flow in flows for problem in _One(written, scenario, name, flow).all())


class _One:
    """A business in one flow."""

    def __init__(self, written: Written, scenario: Scenario, stream: str, flow: Flow | None) -> None:
        self._b, self._scenario, self._stream, self._flow = written.business, scenario, stream, flow
        self._at = Places(written)
        self._specs = scenario.datasets
        self._given = _given(self._b, flow, self._specs)
        self._names: dict[str, Of] = {}
        self._made: dict[Loc, Expr] = {}

    def all(self) -> Iterator[Problem]:
        b = self._b
        unknown = [*self._datasets(), *self._parts()]
        yield from unknown
        keys = {name: spec.key or next(iter(spec.columns)) for name, spec in self._specs.items()}
        self._names = names.of_the_case(b, self._given, keys)
        yield from self._unlike()
        self._names |= names.of_the_answer(b)
        yield from self._values()
        yield from self._verdicts()
        early = names.early(self._names)
        yield from self._sends(("request",), b.request, early)
        self._names["verdict"] = names.verdict(b)
        yield from self._money()
        for name, one in b.facts.columns.items():
            loc: Loc = ("facts", "columns", name, one.kind)
            yield from self._checked(loc, lambda one=one: column(one.value, one.kind, self._names))
        yield from self._answers()
        yield from self._then()
        yield from self._decisions()
        if not unknown:
            yield from questions.problems(b, self._at, self._names, self._given, self._scenario)
        yield from hazards.problems(b, self._at, self._made)
        yield from self._enough()

    def _checked(self, loc: Loc, make: Any) -> Iterator[Problem]:
        """Yield what is wrong with an expression at its place; keep it otherwise."""
        try:
            made = make()
        except Wrong as wrong:
            yield self._at.problem(loc, f"{self._at.word(loc)}: {wrong}", wrong.suggestion, by=wrong.by)
            return
        if isinstance(made, Expr):
            self._made[loc] = made

    def _expr(self, loc: Loc, text: str, want: str = "") -> Iterator[Problem]:
        def make() -> Expr:
            if want == "boolean":
                return truth(text, self._names)
            made = Expr(text, self._names)
            fits = {"real": made.of.type in ("integer", "real", "any"), "time": made.of.type in (*TIMES, "any")}
            if not fits.get(want, True):
                raise Wrong(f"`{text}` is {made.of.said}, and {Of(want).said} is needed")
            return made

        yield from self._checked(loc, make)

    def _datasets(self) -> Iterator[Problem]:
        """Yield datasets, and columns of theirs, that are not there."""
        c = self._b.cases
        named: list[tuple[Loc, str | None, list[tuple[Loc, str | None]]]] = [
            (("cases", "data"), c.data, [(("cases", "due_at"), c.due_at)])
        ]
        for name, rows in c.lists.items():
            at: Loc = ("cases", "lists", name)
            if isinstance(rows, Draw):
                columns: list[tuple[Loc, str | None]] = [
                    ((*at, "take", n), None if word == "key" else word) for n, word in rows.take.items()
                ]
                named.append(((*at, "draw"), rows.draw, columns))
                yield from self._bounds(at, rows)
            else:
                named.append(((*at, "rows"), rows.rows, [((*at, "by"), rows.by)]))
        for name, one in c.series.items():
            at = ("cases", "series", name)
            keys: list[tuple[Loc, str | None]] = [((*at, "by", i), key) for i, key in enumerate(one.by)]
            named.append(((*at, "of"), one.of, [*keys, ((*at, "changes_at"), one.changes_at)]))
            if one.starts is not None:
                s = one.starts
                columns = [((*at, "starts", "value"), s.value), ((*at, "starts", "counted_at"), s.counted_at), *keys]
                named.append(((*at, "starts", "of"), s.of, columns))
        for loc, word, used in named:
            if word is not None:
                yield from self._dataset(loc, word, used)

    def _dataset(self, loc: Loc, word: str, columns: Iterable[tuple[Loc, str | None]]) -> Iterator[Problem]:
        known = self._specs.get(self._given.named(word))
        if known is None:
            others = [*self._specs, *(n for n, p in self._b.parameters.items() if p.kind == "dataset")]
            yield self._at.problem(loc, f"unknown dataset {word!r}", did_you_mean(word, others))
            return
        for place, name in columns:
            if name is not None and self._given.named(name) not in known.columns:
                said = f"dataset {self._given.named(word)!r} has no column {self._given.named(name)!r}"
                yield self._at.problem(place, said, did_you_mean(self._given.named(name), known.columns))

    def _bounds(self, loc: Loc, rows: Draw) -> Iterator[Problem]:
        whole = [n for n, p in self._b.parameters.items() if p.kind == "integer"]
        for key, value in (("from", rows.from_), ("to", rows.to)):
            if isinstance(value, str) and value not in whole:
                yield self._at.problem(
                    (*loc, key), f"{key}: no parameter {value!r} is an integer", did_you_mean(value, whole)
                )

    def _parts(self) -> Iterator[Problem]:
        from simulator.parts import PARTS

        site = self._scenario.site
        for name, one in self._b.cases.series.items():
            if one.part is None:
                continue
            loc: Loc = ("cases", "series", name)
            part = self._given.named(one.part)
            if part not in site:
                yield self._at.problem((*loc, "part"), f"unknown part {part!r}", did_you_mean(part, site))
            elif site[part].part in PARTS and one.series not in PARTS[site[part].part].series:
                known = PARTS[site[part].part].series
                said = f"{site[part].part} has no series {one.series!r}"
                yield self._at.problem((*loc, "series"), said, did_you_mean(one.series or "", known))

    def _unlike(self) -> Iterator[Problem]:
        """Yield names that stand for two things."""
        b = self._b
        taken = {**dict.fromkeys(self._given.types(b.cases.data) if b.cases.data else (), "a column of the cases"),
                 **dict.fromkeys(BUILT_IN - {"id"}, "of every case or answer")}  # fmt: skip
        own: list[tuple[Loc, str]]
        own = [(("parameters", n), n) for n, p in b.parameters.items() if p.kind in PARAMETERS]
        own += [(("cases", "lists", n), n) for n in b.cases.lists] + [
            (("cases", "series", n), n) for n in b.cases.series
        ]
        own += [(("values", n), n) for n in b.values]
        for loc, name in own:
            if name in taken:
                yield self._at.problem(loc, f"{name!r} is {taken[name]} already", "call it otherwise", key=True)
            taken[name] = f"under {loc[0]!r}"
        for step in b.then:
            if step == "answer":
                yield self._at.problem(
                    ("then", step), "`answer` is what the first request brings", "call it otherwise", key=True
                )

    def _values(self) -> Iterator[Problem]:
        for name, text in self._b.values.items():
            yield from self._expr(("values", name), text)
            made = self._made.get(("values", name))
            self._names[name] = made.of if made is not None else Of("any", True, True)

    def _verdicts(self) -> Iterator[Problem]:
        order = list(self._b.verdicts)
        for place, (name, verdict) in enumerate(self._b.verdicts.items()):
            loc: Loc = ("verdicts", name, "when")
            if verdict.when != OTHERWISE:
                yield from self._expr(loc, verdict.when, "boolean")
            elif place != len(order) - 1:
                said = "`otherwise` holds always, so no verdict behind it ever comes"
                yield self._at.problem(loc, said, "put it last")
            if verdict.says is not None:
                yield from self._holes(("verdicts", name, "says"), verdict.says, self._names)
        if self._b.verdicts[order[-1]].when != OTHERWISE:
            yield self._at.problem(
                ("verdicts", order[-1]), "some cases may have no verdict", "make the last one `otherwise`"
            )
        for index, name in enumerate(self._b.right):
            if name not in self._b.verdicts:
                yield self._at.problem(("right", index), f"unknown verdict {name!r}", did_you_mean(name, order))

    def _money(self) -> Iterator[Problem]:
        for name, money in self._b.money.items():
            loc: Loc = ("money", name)
            if money.when != OTHERWISE:
                yield from self._expr((*loc, "when"), money.when, "boolean")
            for word, text, want in (("costs", money.costs, "real"), ("earns", money.earns, "real"),
                                     ("booked_at", money.booked_at, "time")):  # fmt: skip
                if text is not None:
                    yield from self._expr((*loc, word), text, want)

    def _answers(self) -> Iterator[Problem]:
        every = [(("answer",), self._b.answer), *((("then", n, "answer"), t.answer) for n, t in self._b.then.items())]
        early = names.early(self._names)
        for loc, fields in every:
            for name, one in fields.items():
                at: Loc = (*loc, name)
                if one.same is not None and one.same not in early:
                    yield self._at.problem((*at, "same"), f"no case has a {one.same!r}", did_you_mean(one.same, early))
                if isinstance(one.value, dict):
                    yield from self._xpath((*at, one.kind, "xpath"), one.value["xpath"])

    def _xpath(self, loc: Loc, text: str) -> Iterator[Problem]:
        from lxml import etree

        try:
            etree.XPath(text)
        except (etree.XPathError, ValueError) as error:
            yield self._at.problem(loc, f"xpath: {error}")

    def _then(self) -> Iterator[Problem]:
        for name, then in self._b.then.items():
            loc: Loc = ("then", name)
            yield from self._expr((*loc, "when"), then.when, "boolean")
            if then.request is not None:
                yield from self._sends((*loc, "request"), then.request, self._names)

    def _sends(self, loc: Loc, request: Request, scope: Scope) -> Iterator[Problem]:
        yield from self._holes((*loc, "line"), request.line, scope)
        for word, texts in (("headers", request.headers), ("form", request.form or {})):
            for name, text in texts.items():
                yield from self._holes((*loc, word, name), text, scope)
        if request.body is not None:
            yield from self._holes((*loc, "body"), request.body, scope)
        yield from self._json((*loc, "json"), request.json_, scope)

    def _json(self, loc: Loc, value: Any, scope: Scope) -> Iterator[Problem]:
        if isinstance(value, Mapping) and set(value) == {"each", "json"}:
            rows = scope.get(str(value["each"]))
            if rows is None or rows.type != "list":
                lists = [name for name, of in scope.items() if of.type == "list"]
                yield self._at.problem(
                    (*loc, "each"), f"there is no list {value['each']!r}", did_you_mean(str(value["each"]), lists)
                )
            else:
                yield from self._json((*loc, "json"), value["json"], {**scope, **rows.items})
        elif isinstance(value, Mapping | list):
            for key, child in value.items() if isinstance(value, Mapping) else enumerate(value):
                yield from self._json((*loc, key), child, scope)
        elif isinstance(value, str):
            yield from self._holes(loc, value, scope)

    def _holes(self, loc: Loc, text: str, scope: Scope) -> Iterator[Problem]:
        for _, name, by in holes(text):
            if name not in scope:
                known = name in self._names or name == "verdict"
                said = f"{name!r} is known only once the answer is in" if known else f"there is no {name!r} here"
                yield self._at.problem(loc, said, None if known else did_you_mean(name, scope), by=by)
            elif scope[name].type in ("list", "series"):
                yield self._at.problem(loc, f"{name!r} is {scope[name].said}, and is no text", by=by)

    def _decisions(self) -> Iterator[Problem]:
        for index, name in enumerate(self._b.decisions.side_effects):
            if name not in self._b.settle.reads:
                loc: Loc = ("decisions", "side-effects", index)
                yield self._at.problem(loc, f"unknown read {name!r}", did_you_mean(name, self._b.settle.reads))

    def _enough(self) -> Iterator[Problem]:
        """Yield that a dataset of cases ends before the traffic does, or that a rate says nothing."""
        from scenarios.phases import rates

        cases, flow = self._b.cases, self._flow
        spec = self._specs.get(self._given.named(cases.data)) if cases.data else None
        if flow is None or spec is None or cases.due_at is not None:
            return
        by_phase = rates(self._scenario.phases, self._stream, flow.rate)
        wanted = sum(by_phase[phase.name] * phase.lasts for phase in self._scenario.phases)
        most = wanted + 5 * wanted**0.5 if flow.arrival == "poisson" else wanted
        if spec.rows < most:
            name = self._given.named(cases.data or "")
            said = f"data: {name!r} has {spec.rows} rows, and traffic {self._stream!r} may ask for {most:.0f}"
            yield self._at.problem(("cases", "data"), said, "give it more rows, or the flow a lower rate")


def _given(business: Business, flow: Flow | None, specs: Specs) -> Given:
    """Return what the scenario gives, as far as its file says."""
    words = {n: p.value for n, p in business.parameters.items() if p.kind in ("dataset", "part", "column")}
    if flow is not None:
        with suppress(ValidationError):  # Its own rule says so.
            set_ = parameters(business).model_validate(flow.with_).model_dump()
            words |= {name: value for name, value in set_.items() if name in words}
    return Given(words, {name: types(specs, name) for name in specs})


def types(specs: Specs, dataset: str) -> dict[str, str]:
    """Return the types of a dataset's columns; of a formula what its expression gives."""
    from simulator.dirt.check import type_of

    told = {name: type_of(specs, dataset, name) for name in specs[dataset].columns}
    found: dict[str, str] = {name: kind or "any" for name, kind in told.items()}
    for name, use in specs[dataset].columns.items():
        if told[name] is None and "formula" in use.kinds:
            with suppress(Wrong, KeyError):  # The datasets' own rules say so.
                text = use.kinds["formula"]
                text = str(text["value"] if isinstance(text, Mapping) else text)
                found[name] = Expr(text, {n: Of(k) for n, k in found.items()}).of.type
    return found
