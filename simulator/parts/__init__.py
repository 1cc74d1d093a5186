"""The customer's own components. `PARTS` lists their kinds; installed packages add theirs by entry point."""

from scenarios.vocabulary import Registry
from simulator.parts.base import PartKind
from simulator.parts.event_store.kind import EVENT_STORE
from simulator.parts.llm.kind import LLM
from simulator.parts.model_registry.kind import MODEL_REGISTRY
from simulator.parts.postgres.kind import POSTGRES
from simulator.parts.queue.kind import QUEUE
from simulator.parts.rest_api.kind import REST_API
from simulator.parts.service_desk.kind import SERVICE_DESK
from simulator.parts.sftp_drop.kind import SFTP_DROP
from simulator.parts.soap_erp.kind import SOAP_ERP

PARTS: Registry[PartKind] = Registry(
    "part",
    [EVENT_STORE, LLM, MODEL_REGISTRY, POSTGRES, QUEUE, REST_API, SERVICE_DESK, SFTP_DROP, SOAP_ERP],
    group="fdelab.parts",
)
