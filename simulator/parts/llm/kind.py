"""The language model as the registry knows it; the server's libraries are imported only when one is made."""

import re

from simulator.parts.base import Access, PartKind, Shown, made_by, refuses
from simulator.parts.llm.params import LlmParams
from simulator.parts.llm.tables import TABLES


def _access(params: LlmParams) -> Access:
    key = next(iter(params.keys), "sk-any")
    return Access(more={"API_KEY": key}, bearer=key)


def _key(params: LlmParams) -> str | None:
    """Return the fact of the script that is the business key, where it can be found in the request as it is sent."""
    pattern = params.read[params.key].pattern if params.key is not None else None
    if not isinstance(pattern, str) or pattern.startswith(("(?i", "^")):
        return None
    return pattern if re.compile(pattern).groups else f"({pattern})"


LLM = PartKind(
    name="llm",
    params=LlmParams,
    make=made_by("simulator.parts.llm.part:Llm"),
    protocol="http",
    tables=TABLES,
    access=_access,
    example=lambda _params: "GET /v1/models",
    speaks="json",
    key=_key,
    limits={
        "quota.requests": refuses("rate_limit_exceeded"),
        "quota.tokens": refuses("rate_limit_exceeded"),
        "budget": refuses("insufficient_quota"),
        "capacity": refuses("service_unavailable_error"),
        "context": refuses("context_length_exceeded"),
        "output": Shown("(finish = 'length' or error = 'invalid_value')", "facts_llm_calls"),
    },
)
