"""The tables of `docs/measured.md`, from the rows of the results. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from labs.verify.calibrate import extent
from labs.verify.mutants.results import UNCHANGED, Score, started
from labs.verify.rates import rates as measured
from labs.verify.results import Outcome
from tests.prove import naming

Row = Mapping[str, Any]
Results = Mapping[str, Sequence[Row]]
"""Rows by step, oldest first; the last row on something counts."""

NOTHING = "Not measured yet."
PRESENT = "present"
"""Key of whether a row was made with the present code; rows that have none are asked for their `code`."""
SUBJECT = {
    "verify": ("scenario", "use", "seed", "runtime"),
    "load": ("scenario", "use", "seed", "runtime"),
    "strain": ("scenario", "runtime", "level", "seed"),
    "rates": ("scenario", "use", "seed", "runtime", "time", "busy"),
    "mutants": ("scenario", "use", "seed", "runtime"),
    "alike": ("scenario", "use", "seed", "runtime"),
    "extremes": ("scenario",),
    "traps": ("scenario", "use", "seed", "runtime"),
    "kills": ("victim", "seed"),
    "cheats": ("what", "runtime"),
    "figures": ("what",),
    "clone": ("command", "engine"),
}
"""By table, the fields that say what a row is about: of rows on the same thing the last one counts."""
OLDER = " †"
"""Behind the name of what was measured, in whole or in part, with other code than the present."""


def filled(page: str, results: Results, code: str) -> str:
    """The page with every generated block anew; `code` is the digest of all of the present one.

    Rows of exams say themselves whether the code that plays and grades their scenario is the present one (`PRESENT`).
    Raises `KeyError` on a block that no table is for.
    """

    def block(found: re.Match[str]) -> str:
        rows = [
            {PRESENT: row.get("code") == code, **row} for row in latest(results.get(found[2], ()), *SUBJECT[found[2]])
        ]
        told = [TABLES[found[2]](rows), *age(rows)]
        return found[1] + "\n\n".join(told) + "\n" + found[3]

    return re.sub(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", block, page, flags=re.DOTALL)


def age(rows: Sequence[Row]) -> list[str]:
    """A sentence on how many rows are of older code than the present; none when none is."""
    old = [row for row in rows if not row[PRESENT]]
    unknown = sum(row.get("code") is None for row in old)
    noted = f", of which {unknown} do not say by which" if unknown else ""
    return [f"{OLDER.strip()} By older code than the present: {len(old)} of {len(rows)} results{noted}."] if old else []


def _called(name: str, rows: Iterable[Row]) -> str:
    """The name of what these rows measured, and whether older code was measured."""
    return name + OLDER * any(not row.get(PRESENT, True) for row in rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) if len(lines) > 2 else NOTHING


def latest(rows: Iterable[Row], *names: str) -> list[Row]:
    """The last row of each combination of these fields, in the order in which the combinations first came."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        found[tuple(row.get(name) for name in names)] = row
    return list(found.values())


def _spread(rows: Sequence[Row]) -> str:
    scores = sorted(row["score"] for row in rows if row["score"] is not None)
    if not scores:
        return "–"
    middle = scores[len(scores) // 2]
    low_high = f" [{scores[0]:g}–{scores[-1]:g}]" if scores[0] != scores[-1] else ""
    return f"{middle:g}{low_high}"


def _verdicts(rows: Sequence[Row]) -> str:
    results = [row["result"] for row in rows]
    return ", ".join(f"{results.count(name)} {name}" for name in dict.fromkeys(sorted(results)))


def _order(use: str) -> tuple[int, str]:
    return (["untouched", "reference", "alternative", use].index(use) if ":" not in use else 3, use)


def verify(rows: Sequence[Row]) -> str:
    """Scores of every deployment that ships with a scenario: median [least–most] on each runtime."""
    rows = latest(rows, *SUBJECT["verify"])
    runtimes = sorted({row["runtime"] for row in rows})
    cells = []
    for scenario, use in sorted({(row["scenario"], row["use"]) for row in rows}, key=lambda k: (k[0], _order(k[1]))):
        mine = [row for row in rows if (row["scenario"], row["use"]) == (scenario, use)]
        each = [[row for row in mine if row["runtime"] == runtime] for runtime in runtimes]
        columns = [f"{_spread(some)} ({len(some)})" if some else "–" for some in each]
        cells.append([_called(scenario, mine), use.replace("shortcut:", "shortcut: "), *columns, _verdicts(mine)])
    table = _table(["scenario", "deployment", *(f"score on {r} (exams)" for r in runtimes), "verdicts"], cells)
    return "\n\n".join([table, *_extents(rows)])


def _extents(rows: Sequence[Row]) -> list[str]:
    """On how many seeds every deployment of a scenario was examined, in a sentence; none without rows."""
    said = []
    for scenario in sorted({row["scenario"] for row in rows}):
        mine = [row for row in rows if row["scenario"] == scenario]
        seeds = extent((row["runtime"], row["seed"], row["use"]) for row in mine)
        told = " and ".join(f"{len(found)} on {runtime}" for runtime, found in seeds.items()) or "none"
        said.append(f"{scenario} {told}")
    return [f"Seeds with which every deployment was examined: {'; '.join(said)}."] if said else []


def _nearest(rows: Sequence[Row]) -> str:
    """Counts are left out: one that is allowed to be 2 and is 2 has a whole step to go, however near it looks.

    So is a share that has to be the whole and is.
    """
    near = [
        (abs(check["margin_share"]), name)
        for row in rows
        for name, check in row["checks"].items()
        if check["margin_share"] is not None and check["verdict"] in ("pass", "fail") and check["unit"] != "count"
        if (check["margin_share"], check["value"]) != (0.0, 1.0)
    ]
    return "{:.1%} of it, `{}`".format(*min(near)) if near else "–"


def strain(rows: Sequence[Row]) -> str:
    """Verdicts on references beside busy neighbours, by how strained the machine was seen to be."""
    rows = latest(rows, *SUBJECT["strain"])
    cells = []
    for group in sorted({(row["scenario"], row["runtime"], row["level"]) for row in rows}):
        mine = [row for row in rows if (row["scenario"], row["runtime"], row["level"]) == group]
        seen = sorted(row["slowdown"] for row in mine if row["slowdown"] is not None)
        extent = f"{seen[0]:.1f}–{seen[-1]:.1f}" if seen else "–"
        cells.append([_called(group[0], mine), group[1], str(group[2]), extent, _verdicts(mine), _spread(mine)])
    return _table(["scenario", "runtime", "strain asked for", "seen", "verdicts", "score"], cells)


def load(rows: Sequence[Row]) -> str:
    """Verdicts while another process keeps a core busy, and how near any check came to its threshold."""
    rows = latest(rows, *SUBJECT["load"])
    groups = dict.fromkeys((row["scenario"], row["use"], row["runtime"]) for row in rows)
    cells = []
    for group in groups:
        mine = [row for row in rows if (row["scenario"], row["use"], row["runtime"]) == group]
        cells.append([_called(group[0], mine), *group[1:], _verdicts(mine), _spread(mine), _nearest(mine)])
    return _table(
        ["scenario", "deployment", "runtime", "verdicts", "score", "nearest to its threshold (counts aside)"], cells
    )


def rates(rows: Sequence[Row]) -> str:
    """How often verdicts were wrong, with the interval in which the true rate lies with 95 % confidence."""
    rows = latest(rows, *SUBJECT["rates"])
    groups = dict.fromkeys((row["scenario"], bool(row.get("busy"))) for row in rows)
    cells = []
    for scenario, busy in [*groups, *((None, busy) for busy in dict.fromkeys(busy for _, busy in groups))]:
        mine = [r for r in rows if scenario in (None, r["scenario"]) and bool(r.get("busy")) is busy]
        found = measured([Outcome.from_json({k: v for k, v in row.items() if k != PRESENT}) for row in mine])
        neighbour = "a busy core" if busy else "none"
        name = _called(scenario or "**all**", mine)
        cells.append([name, neighbour, str(found.false_passes), str(found.false_fails), str(found.unjudged)])
    return _table(["scenario", "neighbour", "false passes", "false fails", "not judged"], cells)


EQUIVALENT = "equivalent"
"""Key of the reason why a row's mutant makes no difference, where its author has written one down."""


def mutants(rows: Sequence[Row]) -> str:
    """How many mutants of each scenario's solutions its grade notices, and those that it does not."""
    rows = [row for row in latest(rows, *SUBJECT["mutants"]) if row["mutant"]["operator"] != UNCHANGED]
    cells = []
    for scenario in sorted({row["scenario"] for row in rows}):
        mine = [row for row in rows if row["scenario"] == scenario]
        other = [row for row in mine if EQUIVALENT not in row]
        score = Score.of(((row["result"], started(row["checks"])) for row in other), len(mine) - len(other))
        counts = (len(mine), score.killed, score.unstarted, score.lived, score.equivalent, score.unjudged)
        cells.append([_called(scenario, mine), *map(str, counts), _share(score)])
    head = [
        "scenario",
        "mutants",
        "did not pass",
        "of which did not start",
        "lived",
        "equivalent",
        "not judged",
        "score",
    ]
    lived = [row for row in rows if row["result"] == "passed" or EQUIVALENT in row]
    return "\n\n".join([_table(head, cells), *([_survivors(lived)] if lived else [])])


def _share(score: Score) -> str:
    if score.share is None:
        return "–"
    low, high = score.interval()
    return f"{score.share:.0%} ({low:.0%} to {high:.0%})"


def _survivors(rows: Sequence[Row]) -> str:
    cells = []
    for row in sorted(rows, key=lambda row: (row["scenario"], EQUIVALENT in row, row["mutant"]["file"])):
        mutant = row["mutant"]
        place = f"{mutant['of']}, `{mutant['file']}:{mutant['line']}`"
        change = f"{_code(mutant['was'])} → {_code(mutant['becomes'])}"
        score = "–" if row["score"] is None else f"{row['score']:g}"
        cells.append([row["scenario"], place, change, score, row.get(EQUIVALENT, "hole")])
    return _table(["survivor of", "where", "change", "score", "is"], cells)


def _code(lines: str) -> str:
    """Lines of Python in one cell."""
    said = " ⏎ ".join(line.strip() for line in lines.splitlines() if line.strip()).replace("|", "\\|")
    return f"`` {said} ``" if "`" in said else f"`{said}`"


def alike(rows: Sequence[Row]) -> str:
    """How often the same submission with the same seed was judged the same on each runtime."""
    rows = latest(rows, *SUBJECT["alike"])
    groups: dict[tuple[str, str], list[list[Row]]] = {}
    for scenario, use, seed in dict.fromkeys((row["scenario"], row["use"], row["seed"]) for row in rows):
        mine = [row for row in rows if (row["scenario"], row["use"], row["seed"]) == (scenario, use, seed)]
        if len(mine) > 1:
            runtimes = ", ".join(sorted(row["runtime"] for row in mine))
            groups.setdefault((scenario, runtimes), []).append(mine)
    cells = []
    for (scenario, runtimes), exams in groups.items():
        verdicts = sum(len({row["result"] for row in same}) == 1 for same in exams)
        checks = sum(len({_checks(row) for row in same}) == 1 for same in exams)
        name = _called(scenario, (row for same in exams for row in same))
        cells.append([name, runtimes, str(len(exams)), str(verdicts), str(checks)])
    head = ["scenario", "runtimes", "deployments × seeds", "same verdict", "and on every single check"]
    return _table(head, sorted(cells))


def _checks(row: Row) -> tuple[tuple[str, str], ...]:
    return tuple((name, check["verdict"]) for name, check in sorted(row["checks"].items()))


def extremes(rows: Sequence[Row]) -> str:
    """What degenerate deployments score without a world, and what is to be repaired in each scenario."""
    cells, lists = [], []
    for row in latest(rows, *SUBJECT["extremes"]):
        played, passes = row["played"], row["passes"]
        name, score = row["best"]
        kinds = [f"{len(passes.get(kind, ()))} of {played.get(kind, 0)}" for kind in ("nothing", "around", "sabotage")]
        unread = f"{len(row['unread'])} of {row['lost']}"
        cells.append([_called(row["scenario"], [row]), str(row["exams"]), f"{score:g}, `{name}`", *kinds, unread])
        lists += _listed(row)
    head = ["scenario", "exams", "best that looks at nothing", "nothing: pass", "around the reference: pass",
            "sabotage: pass", "fields that nobody reads"]  # fmt: skip
    return "\n\n".join([_table(head, cells), *lists])


def _listed(row: Row) -> list[str]:
    """The findings of one scenario, as a list under its name."""
    passing = [name for kind in ("nothing", "around", "sabotage") for name in row["passes"].get(kind, ())]
    lines = [f"**{row['scenario']}**", ""]
    lines += [f"- passes: {', '.join(f'`{name}`' for name in passing)}"] if passing else []
    lines += [f"- nobody reads: {', '.join(f'`{name}`' for name in row['unread'])}"] if row["unread"] else []
    lines += [f"- {rule}: `{about}` {says}" for rule, about, says in row["findings"]]
    return ["\n".join(lines)]


def traps(rows: Sequence[Row]) -> str:
    """How often the trap was named right, by patterns that the exams of all other seeds had left."""
    cells = []
    for scenario in sorted({row["scenario"] for row in rows}):
        mine = [row for row in rows if row["scenario"] == scenario]
        found = naming.counted(mine)
        told = [f"{found[kind]}" for kind in ("right", "silent", "wrong", "untouched", "correct")]
        cells.append([_called(scenario, mine), str(found["shortcuts"]), *told])
    head = ["scenario", "exams of shortcuts", "named right", "not named", "named wrongly", "untouched ones named",
            "correct ones named"]  # fmt: skip
    return _table(head, cells)


def kills(rows: Sequence[Row]) -> str:
    """What came of exams in which something of ours was killed at a random moment."""
    rows = latest(rows, *SUBJECT["kills"])
    cells = []
    for victim in dict.fromkeys(row["victim"] for row in rows):
        mine = [row for row in rows if row["victim"] == victim]
        hit = [row for row in mine if row["struck"]]
        wrong, left = sum(row["wrong"] for row in mine), sum(not row["swept"] for row in mine)
        cells.append([_called(victim, mine), str(len(mine)), str(len(hit)), _verdicts(hit), str(wrong), str(left)])
    return _table(
        ["killed", "exams", "of which it was there to be killed", "and came to", "wrong verdicts", "leftovers"], cells
    )


def figures(rows: Sequence[Row]) -> str:
    """What the benchmarks and the newcomer's machine measured."""
    cells = [
        [
            _called(row["what"], [row]),
            f"{row['value']:.4g} {row['unit']}",
            str(row.get("budget", "–")),
            f"`pytest {row['test']}`",
        ]
        for row in latest(rows, *SUBJECT["figures"])
    ]
    return _table(["what", "measured", "budget", "again"], cells)


def cheats(rows: Sequence[Row]) -> str:
    """What each deployment that tries to win without doing the work got, and how long it took."""
    rows = latest(rows, *SUBJECT["cheats"])
    runtimes = sorted({row["runtime"] for row in rows})
    cells = []
    for what in dict.fromkeys(row["what"] for row in rows):
        mine = {row["runtime"]: row for row in rows if row["what"] == what}
        first = next(iter(mine.values()))
        each = [_ended(mine[runtime]) if runtime in mine else "–" for runtime in runtimes]
        cells.append([_called(f"`{what}`", mine.values()), first["tries"], *each, first["reason"].replace("|", "/")])
    return _table(["cheat", "what it tries", *(f"on {runtime}" for runtime in runtimes), "because"], sorted(cells))


def _ended(row: Row) -> str:
    return f"{row['result']}, {row['value']:.0f} s" if row["value"] else str(row["result"])


def clone(rows: Sequence[Row]) -> str:
    """How long the first minutes take."""
    cells = [
        [_called(f"`{row['command']}`", [row]), "yes" if row["engine"] else "no", f"{row['seconds'] / 60:.1f} min",
         "passed" if row["exit"] == 0 else f"exit {row['exit']}"]
        for row in latest(rows, *SUBJECT["clone"])
    ]  # fmt: skip
    return _table(["command", "engine", "took", "result"], cells)


TABLES = {
    "verify": verify,
    "load": load,
    "strain": strain,
    "rates": rates,
    "mutants": mutants,
    "alike": alike,
    "extremes": extremes,
    "traps": traps,
    "kills": kills,
    "cheats": cheats,
    "figures": figures,
    "clone": clone,
}
