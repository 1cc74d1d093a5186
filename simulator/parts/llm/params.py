"""Parameters of the language model."""

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
    """How much slower each concurrent call makes all others: 0.1 makes eleven calls twice as slow."""


class Quota(Params):
    """Limits in simulated time that refill evenly, as those of the real API do."""

    requests: int | None = Field(default=None, gt=0)
    """Requests that are taken in each `per`; left out: any number."""
    tokens: int | None = Field(default=None, gt=0)
    """Counts the request's tokens and `max_tokens`; without that, the answer's."""
    per: Simulated = Field(default=60.0, gt=0)
    """The simulated time that `requests` and `tokens` are for."""
    refused_count: bool = False
    """Whether refused requests count too, as with the real API: a client that keeps retrying stays out."""


class LlmParams(Script):
    """Parameters of `llm`."""

    models: tuple[str, ...] = Field(default=("gpt-4o-mini",), min_length=1)
    """The models that exist; rules and flaws may distinguish them."""
    embeddings: dict[str, Annotated[int, Field(ge=1, le=4_096)]] = Field(
        default={"text-embedding-3-small": 1_536, "text-embedding-3-large": 3_072}
    )
    """The embedding models, and each one's number of dimensions."""
    keys: tuple[str, ...] = ()
    """Valid API keys; left out: any key is valid."""
    context: int = Field(default=16_384, gt=0)
    """Tokens of request and answer together."""
    output: int = Field(default=4_096, gt=0)
    """Most tokens of one answer; a longer one ends with `length`."""
    pace: Pace = Pace()
    quota: Quota = Quota()
    budget: int | None = Field(default=None, ge=0)
    """Tokens that the account may use up in a lap; then every call is refused as `insufficient_quota`."""
    capacity: int | None = Field(default=None, gt=0)
    """Concurrent calls; further ones are refused with 503."""
