"""Business processes that send traffic; others come from packages with the entry point `fdelab.workloads`."""

from typing import TYPE_CHECKING

from scenarios.vocabulary import Registry

if TYPE_CHECKING:
    from simulator.workloads.base import WorkloadKind

WORKLOADS: "Registry[WorkloadKind]" = Registry(
    "workload",
    {
        "loan-applications": "simulator.workloads.loan_applications:LOAN_APPLICATIONS",
        "order-picking": "simulator.workloads.order_picking:ORDER_PICKING",
        "order-promising": "simulator.workloads.order_promising:ORDER_PROMISING",
        "shop-orders": "simulator.workloads.shop_orders:SHOP_ORDERS",
        "support-chats": "simulator.workloads.support_chats:SUPPORT_CHATS",
    },
    group="fdelab.workloads",
)
