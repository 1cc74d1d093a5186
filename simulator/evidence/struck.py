"""Find the requests that each fault hit: the join of `faults` with `requests` (design §8).

A fault on incoming traffic knows its request. Behind the deployment, the business key identifies it where the link
knows one: it is the latest request with that key that was sent before. Where the link knows none, every request under
way during the fault may be meant: such rows say `overlap`. No header is used, because a deployment could forge it.
"""

from simulator.evidence.tables import CUSTOMER, EXAMINER, Column, Mask, Table

STRUCK = Table(
    "struck",
    "the requests that strikes hit: one row a strike and request, computed from `faults` and `requests`",
    (
        Column("intended_at", "real", "when the request was due; its phase is the row's", CUSTOMER),
        Column("request", "text", "the request's id", CUSTOMER),
        Column("stream", "text", "the request's", CUSTOMER),
        Column("key", "text", "the request's business key", CUSTOMER),
        Column("outcome", "text", "the request's", CUSTOMER),
        Column("struck_at", "real", "wall second at which the strike took effect"),
        Column("link", "text", "the link, as the scenario names it"),
        Column("kind", "text", "the fault's name"),
        Column("joined", "text", "how we know: request · key · overlap, which means that it may be another's"),
    ),
    clock="intended_at",
    whose=EXAMINER,
    mask=Mask("outcome", "wrong", {"outcome": "ok"}),
)


def view(longest: float) -> str:
    """Return the SQL that computes it; a request is under way for at most `longest` seconds.

    Overlaps are found second by second: by inequalities alone, DuckDB would compare all pairs.
    """
    wanted = "r.intended_at, r.id as request, r.stream, r.key, r.outcome, s.struck_at, s.link, s.kind"
    here = "r.lap, r.phase, r.phase_at"
    over = f"coalesce(r.done_at, r.sent_at + {longest!r})"
    until = "s.struck_at + coalesce(s.lasted, 0)"
    return f"""
        create view struck as
        with strikes as (
            select row_number() over () as strike, lap, "at" as struck_at, lasted, link, kind, request, key from faults
        ), named as (
            select s.strike, {wanted}, 'request' as joined, {here}
            from strikes s join requests r on r.lap = s.lap and r.id = s.request
        ), keyed as (
            select s.strike, {wanted}, 'key' as joined, {here}
            from strikes s join requests r on r.lap = s.lap and r.key = s.key and r.sent_at <= s.struck_at
            where s.request is null
            qualify row_number() over (partition by s.strike order by r.sent_at desc, r.id) = 1
        ), known as (
            select * from named union all select * from keyed
        ), seconds as (
            select *, unnest(range(floor(struck_at - {longest!r})::bigint, floor({until})::bigint + 1)) as second
            from strikes s where request is null and strike not in (select strike from keyed)
        ), meant as (
            select s.strike, {wanted}, 'overlap' as joined, {here}
            from seconds s join requests r on r.lap = s.lap and floor(r.sent_at)::bigint = s.second
            where r.sent_at <= {until} and {over} >= s.struck_at
        )
        select * exclude (strike) from (select * from known union all select * from meant)
    """
