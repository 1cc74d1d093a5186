"""The model registry as the registry of parts knows it; the server's libraries are imported only when one is made."""

from simulator.parts.base import Access, PartKind, made_by, refuses
from simulator.parts.model_registry.params import ModelRegistryParams
from simulator.parts.model_registry.tables import TABLES


def _access(params: ModelRegistryParams) -> Access:
    return Access(more={"TOKEN": params.token} if params.token else {}, bearer=params.token)


MODEL_REGISTRY = PartKind(
    name="model-registry",
    params=ModelRegistryParams,
    make=made_by("simulator.parts.model_registry.part:ModelRegistry"),
    protocol="http",
    tables=TABLES,
    access=_access,
    example=lambda _params: "GET /api/v1/models",
    limits={"largest": refuses("too_large"), "room": refuses("full")},
)
