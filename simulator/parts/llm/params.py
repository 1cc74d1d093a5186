"""What a scenario may set on the language model."""

from typing import Annotated

from pydantic import Field

from scenarios.units import Simulated, Wall
from scenarios.vocabulary import Params
from simulator.parts.latency import Latency
from simulator.parts.llm.script import Script


class Pace(Params):
    """How fast it answers, in wall time."""

    first: Latency = Latency(median=0.25, p99=1.0)
    """Until the first token."""
    input: Wall = 0.05
    """Added to that for every 1,000 tokens of input."""
    token: Latency = Latency(median=0.008, p99=0.030)
    """From one token to the next."""
    load: float = Field(default=0.0, ge=0)
    """How much slower every call gets with each other one at the same time: 0.1 makes eleven calls twice as slow."""


class Quota(Params):
    """Limits by simulated time, kept as the real API keeps them: they fill up again evenly."""

    requests: int | None = Field(default=None, gt=0)
    """Requests that are taken in each `per`; left out: any number."""
    tokens: int | None = Field(default=None, gt=0)
    """Counted are the request's tokens and `max_tokens`; where that is left out, the answer's."""
    per: Simulated = Field(default=60.0, gt=0)
    """The simulated time that `requests` and `tokens` are for."""
    refused_count: bool = False
    """Refused requests count too, as with the real one: who keeps knocking stays out."""


class LlmParams(Script):
    """Parameters of `llm`."""

    models: tuple[str, ...] = Field(default=("gpt-4o-mini",), min_length=1)
    """The models there are; rules and flaws may tell them apart."""
    embeddings: dict[str, Annotated[int, Field(ge=1, le=4_096)]] = Field(
        default={"text-embedding-3-small": 1_536, "text-embedding-3-large": 3_072}
    )
    """The models that make embeddings, and how many dimensions each has."""
    keys: tuple[str, ...] = ()
    """API keys that are good; left out: any key is."""
    context: int = Field(default=16_384, gt=0)
    """Tokens of request and answer together."""
    output: int = Field(default=4_096, gt=0)
    """Tokens of one answer at most; what is longer ends with `length`."""
    pace: Pace = Pace()
    quota: Quota = Quota()
    budget: int | None = Field(default=None, ge=0)
    """Tokens that the account may use up in a lap; then every call is refused as `insufficient_quota`."""
    capacity: int | None = Field(default=None, gt=0)
    """Calls at once; more are refused with 503."""
