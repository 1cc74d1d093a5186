"""The customer's own components. `PARTS` lists their kinds; installed packages add theirs by entry point."""

from typing import TYPE_CHECKING

from scenarios.vocabulary import Registry

if TYPE_CHECKING:
    from simulator.parts.base import PartKind

PARTS: "Registry[PartKind]" = Registry(
    "part",
    {
        "event-store": "simulator.parts.event_store.kind:EVENT_STORE",
        "llm": "simulator.parts.llm.kind:LLM",
        "model-registry": "simulator.parts.model_registry.kind:MODEL_REGISTRY",
        "postgres": "simulator.parts.postgres.kind:POSTGRES",
        "queue": "simulator.parts.queue.kind:QUEUE",
        "rest-api": "simulator.parts.rest_api.kind:REST_API",
        "service-desk": "simulator.parts.service_desk.kind:SERVICE_DESK",
        "sftp-drop": "simulator.parts.sftp_drop.kind:SFTP_DROP",
        "soap-erp": "simulator.parts.soap_erp.kind:SOAP_ERP",
    },
    group="fdelab.parts",
)
