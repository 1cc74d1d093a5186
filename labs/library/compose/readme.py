"""What the exported folder says of itself: what stands where, who logs in how, and what it is not."""

from collections.abc import Iterable
from importlib.metadata import version

from labs.library.compose.services import (
    CLOCK_FROM,
    CLOCK_PORT,
    CONFIG,
    WORKSPACE,
    Composed,
    Published,
    Standing,
    reached,
)
from scenarios.phases import paces
from simulator.drawing import INCIDENT_SEED
from simulator.parts import PARTS
from simulator.planner import CLOCK, real, way_in

_BEGIN = """# {title}: the customer's systems under Docker Compose

Written by `fdelab export compose` (fdelab {version}), with the data of seed {seed}: another
export with the same seed has the same. The systems of {customer} stand here as they do in a world of
fdelab's, without what fdelab puts around them, and the deployment stands beside them.
{briefing}

```sh
docker compose up -d          # or docker-compose, from 1.29 on
docker compose ps
docker compose logs -f {service}
docker compose down -v
```

## Images

| Image | Tag |
|---|---|
{images}

They are fdelab's own, and in no public registry. `fdelab images build` makes those that are missing on this machine;
`fdelab images save FILE` and `load FILE` take them to another one. Another version of fdelab gives them other tags:
`fdelab images list` has those of yours.

## What stands where

Everything is published on 127.0.0.1 alone. The variable in the last column chooses another port:
`{variable}=20000 docker compose up -d`.

| Name | What | In the network | From this machine | Port |
|---|---|---|---|---|
{places}
"""

_LOGINS = """
## Logins

What the customer gives an engineer, as the deployment's environment has it, with the addresses of this machine (within
the network it is the names above):

```sh
{variables}
```

Try first:

{examples}
"""

_DEPLOYMENT = """
## The deployment

{workspace}
It is mounted read-only at `/app`, and gets the variables that a world gives it: `HOST`, `PORT`, `CLOCK_URL` and the
logins above. After a change: `docker compose restart {services}`. To run it without a container, stop it
(`docker compose stop {services}`) and set the variables above, with `CLOCK_URL=http://127.0.0.1:{clock}`.

## The clock

`CLOCK_URL` answers `{{"now": …, "rate": …}}`, as in a world. It begins at {starts} when everything is up,
and {pace}. What the customer's systems do in the course of a lap is due by this clock; after
{hours:,.1f} hours of it nothing new comes, and it goes on. `pace` in `{config}/clock.json` changes it: seconds of the
customer's in a second (a world of this engagement begins with about {world:,}).
`docker compose restart clock` begins the day again, with fresh data: what the deployment wrote is gone then. So it has
to be done after one of the customer's systems was restarted by itself, which knows of no day before that.

## What is missing beside a world

- **No faults.** Nothing stands between the deployment and the customer's systems. What they do by themselves, such as
  being slow, refusing or answering late, they do here too.
- **No phases.** What happens to the customer in the course of the day does not happen here: no locks, no change of what
  is required, no messages from people.
- **No traffic.** Nobody calls the deployment but you.
- **No grading.** No checks, no hints, no exam, no evidence, no people to ask: `fdelab start` has these.
- **No seal.** Containers are on an ordinary network, from which there is a way out. In a world there is none.

## What not to read

`{config}/` is what the customer's systems are run with: how they behave, and how their data is made{dirt}.
A customer would not show it to you: whoever wants to find out by themselves should leave it closed, and whoever hands
this folder to learners should know that it can be read. In it is nothing that judges: no checks, no hints, no answers
of people's, no solution. While they run, the systems note in `/tmp/evidence` of their containers what they were asked,
partly with what only an examiner is told; `docker compose down` removes it.
"""


def text(site: Standing, made: Composed, *, own: bool, briefing: bool) -> str:
    """Return the page. `own`: the deployment is a folder of the reader's; `briefing`: there is one beside it."""
    scenario = site.scenario
    begin = _BEGIN.format(
        title=scenario.title,
        version=version("fdelab"),
        seed=_seed(site.seed),
        customer=scenario.customer.name,
        briefing="`BRIEFING.md` is what the customer writes.\n" if briefing else "",
        service=next(iter(scenario.deployment.services)),
        images="\n".join(f"| {name} | `{tag}` |" for name, tag in site.images.items()),
        variable=made.published[0].variable,
        places="\n".join(_places(site, made.published)),
    )
    return begin + _logins(site, made) + _rest(site, own)


def _seed(seed: int) -> str:
    return f"{seed}, which is the incident's" if seed == INCIDENT_SEED else str(seed)


def _places(site: Standing, published: Iterable[Published]) -> Iterable[str]:
    scenario = site.scenario
    for one in published:
        if one.name in scenario.site:
            endpoint = site.plan.endpoints[real(one.name)][0]
            what, port = scenario.site[one.name].part, endpoint.port
        elif one.name == CLOCK:
            what, port = "the simulated time", CLOCK_PORT
        else:
            what, port = "the deployment", site.plan.endpoints[one.name][0].port
        yield f"| {one.name} | {what} | `{one.name}:{port}` | `127.0.0.1:{one.port}` | `{one.variable}` |"


def _logins(site: Standing, made: Composed) -> str:
    lines: list[str] = []
    for name in site.scenario.site:
        known = reached(site, made.published, way_in(site.scenario, name))
        lines += [f"{variable}='{value}'" for variable, value in known.items()]
    kinds = {name: PARTS[part.part] for name, part in site.scenario.site.items()}
    examples = (
        f"- `{name}`: `{kind.example(kind.params.model_validate(site.scenario.site[name].with_))}`"
        for name, kind in kinds.items()
    )
    return _LOGINS.format(variables="\n".join(lines), examples="\n".join(examples))


def _rest(site: Standing, own: bool) -> str:
    scenario = site.scenario
    pace = "then goes as a wall clock does" + (f", {site.pace:g} times as fast" if site.pace != 1 else "")
    mine = f"`{site.workspace}` is yours; what you change there is what runs."
    copy = f"`{WORKSPACE}/` is the deployment that the customer has now: yours to change."
    return _DEPLOYMENT.format(
        workspace=mine if own else copy,
        services=" ".join(scenario.deployment.services),
        clock=CLOCK_FROM,
        starts=scenario.clock.starts.isoformat(sep=" "),
        pace=pace,
        hours=site.lasts / 3600,
        config=CONFIG,
        world=round(paces(scenario.phases)[0]),
        dirt=", with the errors that are in it" if scenario.datasets else "",
    )
