"""What the curriculum's files may say: `skills.yaml` has the goals, `syllabus.yaml` the tracks and their modules."""

from pydantic import Field, field_validator

from scenarios.block import Block
from scenarios.texts import Slug


class Goal(Block):
    """Something to be learnt, or met, which scenarios name themselves."""

    title: str
    means: str
    """One sentence."""


class Skill(Goal):
    """What a forward deployed engineer is good at."""

    levels: dict[int, str]
    """What somebody can do who has it to that level, 1 to 3, as scenarios ask for it."""

    @field_validator("levels")
    @classmethod
    def _all_three(cls, levels: dict[int, str]) -> dict[int, str]:
        if sorted(levels) != [1, 2, 3]:
            raise ValueError("there are the levels 1, 2 and 3")
        return levels


class Topic(Goal):
    """Something from the field, and in which scenarios it is met."""

    scenarios: list[Slug] = Field(default_factory=list)
    """None: it waits for one."""


class Goals(Block):
    """`skills.yaml`."""

    skills: dict[Slug, Skill] = Field(min_length=1)
    gaps: dict[Slug, Goal] = Field(min_length=1)
    """Structural gaps between a model that works in a demo and one that works in a business."""
    challenges: dict[Slug, Topic]
    cases: dict[Slug, Topic]
    practices: dict[Slug, Topic]


class Module(Block):
    """One world: a page to read, and engagements in which it is practised."""

    title: str
    scenarios: list[Slug] = Field(min_length=1)
    """In the order in which to take them."""


class Track(Block):
    """Modules in the order in which to learn them."""

    title: str
    about: str
    modules: list[Slug] = Field(min_length=1)


class Syllabus(Block):
    """`syllabus.yaml`."""

    tracks: dict[Slug, Track] = Field(min_length=1)
    modules: dict[Slug, Module] = Field(min_length=1)
    """By the name of their page in `modules/`."""
