"""The language model as the registry knows it; the server's libraries are imported only when one is made."""

from simulator.parts.base import Access, Part, PartKind
from simulator.parts.llm.params import LlmParams
from simulator.parts.llm.tables import TABLES


def _make(name: str, params: LlmParams) -> Part:
    from simulator.parts.llm.part import Llm

    return Llm(name, params)


def _access(params: LlmParams) -> Access:
    return Access(more={"API_KEY": next(iter(params.keys), "sk-any")})


LLM = PartKind(
    name="llm",
    params=LlmParams,
    make=_make,
    protocol="http",
    tables=TABLES,
    access=_access,
    speaks="json",
)
