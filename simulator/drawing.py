"""Let a seed decide what a scenario leaves open: pure, the same for the same seed.

Each draw has a stream of its own, named by its place, so that one more range in a scenario changes no other draw.
"""

from scenarios.draws import CUSTOMER, Template
from scenarios.model import Scenario
from scenarios.ranges import Choice, Draw
from simulator import seeds

INCIDENT_SEED = 2_026
"""Of the incident's lap, on every machine; what is `not: incident` differs from what it drew."""


def drawn(template: Template, seed: int, customer: int | None = None) -> Scenario:
    """Return the scenario of the lap with that seed, in which nothing is left to draw.

    What the customer is, the clock and the site, is drawn by the seed `customer` where it is given: in a world of
    several laps it stays the same.
    """
    by = seed if customer is None else customer
    return template.placed({draw.at: choice(draw, by if draw.at[0] in CUSTOMER else seed) for draw in template.draws})


def choice(draw: Draw, seed: int) -> Choice:
    """Return what one draw comes to with that seed."""
    incident = draw.choose(seeds.rng(INCIDENT_SEED, "draw", draw.stream).randrange) if draw.differs else None
    if seed == INCIDENT_SEED:
        return draw.choose(seeds.rng(seed, "draw", draw.stream).randrange)
    return draw.choose(seeds.rng(seed, "draw", draw.stream).randrange, incident)
