"""The customer's own components. `PARTS` lists their kinds; installed packages add theirs by entry point."""

from scenarios.vocabulary import Registry
from simulator.parts.base import PartKind
from simulator.parts.llm.kind import LLM
from simulator.parts.postgres.kind import POSTGRES
from simulator.parts.queue.kind import QUEUE
from simulator.parts.rest_api.kind import REST_API
from simulator.parts.service_desk.kind import SERVICE_DESK
from simulator.parts.sftp_drop.kind import SFTP_DROP
from simulator.parts.soap_erp.kind import SOAP_ERP

PARTS: Registry[PartKind] = Registry(
    "part", [LLM, POSTGRES, QUEUE, REST_API, SERVICE_DESK, SFTP_DROP, SOAP_ERP], group="fdelab.parts"
)
