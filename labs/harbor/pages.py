"""What people and agents read of a task: `instruction.md` and `README.md`."""

import uuid
from collections.abc import Collection, Iterator
from importlib.metadata import version

from labs.harbor.task import LEARNER, Kind
from labs.harbor.verify import SEED, TRIES
from labs.library.catalogue import Entry
from scenarios import folder as layout

_CANARY = uuid.UUID("6f3b1c52-0d0e-5b0c-9a43-6d1f7c9b2e11")

_INSTRUCTION = """\
<!-- canary {canary}: a task that measures coding agents; it belongs in no training data. -->
# {title}

You are a forward deployed engineer at {customer}. Find out what is wrong with their deployment in `/workspace`, and
repair it there.

## What is here

| | |
|---|---|
{places}

There is no running system of the customer's, nobody to ask, and no fdelab: where a file names commands of `fdelab`, you
do without. Python in this machine has the libraries that the deployment runs with, and no others.

## What you may change

In `/workspace`: {editable}. Whatever else you change there is replaced by the original before the exam. What you leave
in `/workspace` is what is examined; nothing else of this machine is kept. Leave `/workspace/.fdelab` where it is:
without it nothing is examined.{brief}

## How it is examined

Your deployment meets one day of the customer's in a fresh world: their systems, with data that you have not seen, their
traffic, and what goes wrong on such a day. From {passing:g} points of 100 on it is passed, if everything that is marked
*must* holds as well:

{checks}
"""

_BRIEF = """

## The brief

`/workspace/brief.yaml` is graded too: what you tell the customer about the incident. Its comments say what belongs
there. It is held against what happened on that day, whose evidence is in `/incident`."""

_LETTER = """
## What the customer writes

{letter}
"""

_README = """\
# {title}: a task of Harbor

Written by `fdelab export harbor` (fdelab {version}). It has the form of Harbor 0.26 (schema 1.4), in which coding
agents are measured; the engagement, its world and its grader are those of `fdelab exam {slug}`.

```sh
harbor lint {slug}-harbor
harbor run -p {slug}-harbor -a oracle       # the reference: reward 1
harbor run -p {slug}-harbor -a nop          # the deployment as it was handed over: reward 0
harbor run -p {slug}-harbor -a AGENT -m MODEL
```

(With the name of this folder, where you gave it another one.) `harbor` needs Python 3.12 or newer, and Docker with its
plug-in Compose.

## Images

| For | Image |
|---|---|
| the agent's machine | `{workbench}` |
| the verifier's machine | `{site}` |

They are fdelab's own, and in no public registry. `fdelab images build` makes those that are missing on this machine;
`fdelab images save FILE` and `load FILE` take them to another one, and `fdelab images push` to a registry. Another
version of fdelab gives them other tags: export the task again then.

## What is in it

| | |
|---|---|
| `instruction.md` | what the agent is told |
| `environment/` | the agent's machine: what `fdelab start {slug} --files-only` makes, and nothing of fdelab |
| `tests/` | the verifier's machine: fdelab, and the engagement with its checks, its solutions and its traps |
| `solution/` | the reference, for Harbor's `oracle` |

The verifier is a container of its own, to which `/workspace` comes as an artefact. In it `fdelab exam` is held on the
runtime `box`, as root, with the submission as another user.

| What becomes of the exam | Reward |
|---|---|
| passed, exit code 0 | `reward` 1 |
| not passed, exit code 1 | `reward` 0 |
| the submission cannot be taken, exit code 2 | all 0; why is in `reason.txt` |
| it could not be judged, exit code 3 | the same exam again, {tries} times in all; then none: Harbor tells an error |
| the workspace did not come | none |

Beside `reward`, `reward.json` has `score` and, for each family of checks, the share of its points that was earned:
{families}. `report.json` and `ctrf.json` are the learner's reports, without the seed.

## Seed

{seed} `{variable}=N` in the environment of `harbor` gives all exams seed N. Whoever knows a seed
can prepare for it: a task whose results are to be compared should say none.

## Network

{network}

## What is missing beside an engagement

No world to practise in, no people to ask, no hints: an agent has what the customer wrote, the deployment and the
evidence of the bad day. The verdict is that of `fdelab exam`.
"""
_DRAWN = "The verifier draws a seed for each trial; another try of the same exam has the same."
_GIVEN = "All exams have seed {seed}, which stands in `task.toml`."
_HARBORS = (
    "`no-network` in both machines: Harbor cuts it, and lets through what an agent needs to reach its model. On Docker "
    "it\nuses images of a registry for that. `fdelab export harbor --offline` does without: then Compose cuts the "
    "network, and only\nagents that need no model can work there, such as `oracle` and `nop`."
)
_COMPOSES = (
    "Compose cuts it in both machines (`docker-compose.yaml`), so that Harbor needs no image of a registry, and says "
    "`public` in\n`task.toml`, for it is to do nothing. Only agents that need no model can work there, such as "
    "`oracle` and `nop`. Export it\nwithout `--offline` to measure others."
)


def instruction(entry: Entry, there: Collection[str]) -> str:
    """Return what the agent is told; `there` is what lies in its machine, by the names in the learner's folder."""
    scenario = entry.scenario
    brief = [layout.BRIEF] if scenario.brief is not None else []
    said = _INSTRUCTION.format(
        canary=uuid.uuid5(_CANARY, scenario.id),
        title=scenario.title,
        customer=scenario.customer.name,
        places="\n".join(_places(there)),
        editable=", ".join(f"`{glob}`" for glob in dict.fromkeys((*scenario.deployment.editable, *brief))),
        brief=_BRIEF if brief else "",
        passing=scenario.pass_,
        checks="\n".join(_checks(entry)),
    )
    if not entry.briefing.is_file():
        return said
    # A section of a page is no title.
    letter = "\n".join(f"##{line}" if line.startswith("#") else line for line in _letter(entry).splitlines())
    return said + _LETTER.format(letter=letter)


def _letter(entry: Entry) -> str:
    return layout.text(entry.briefing).strip()


def _places(there: Collection[str]) -> Iterator[str]:
    yield f"| `/workspace` | the deployment; you are `{LEARNER}`, and it is yours to change |"
    if "incident" in there:
        yield (
            "| `/incident` | the evidence of one bad day, read-only: the customer's tables (`tables/`), what the "
            "services printed (`logs/`), and mail and files where there are any |"
        )
    if "briefing.md" in there:
        yield "| `/briefing.md` | what the customer writes; it stands below too |"


def _checks(entry: Entry) -> Iterator[str]:
    checks = [check for check in entry.scenario.checks if not check.optional]
    yield "- The deployment answers at all (*must*)"
    for check in checks:
        if not check.hidden:
            yield f"- {' '.join(check.says.split())}{' (*must*)' if check.gate else ''}"
    if hidden := sum(check.hidden for check in checks):
        yield f"- and {hidden} more, of which you are told nothing"


def readme(entry: Entry, kind: Kind, images: dict[str, str], families: Collection[str]) -> str:
    """Return what the folder says of itself to whoever runs it."""
    return _README.format(
        title=entry.scenario.title,
        version=version("fdelab"),
        slug=entry.scenario.id,
        tries=TRIES,
        families=", ".join(f"`{family}`" for family in families),
        seed=_DRAWN if kind.seed is None else _GIVEN.format(seed=kind.seed),
        variable=SEED,
        network=_COMPOSES if kind.offline else _HARBORS,
        **images,
    )
