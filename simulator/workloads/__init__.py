"""Business processes that send traffic; others come from packages with the entry point `fdelab.workloads`."""

from scenarios.vocabulary import Registry
from simulator.workloads.base import WorkloadKind
from simulator.workloads.loan_applications import LOAN_APPLICATIONS
from simulator.workloads.order_picking import ORDER_PICKING
from simulator.workloads.order_promising import ORDER_PROMISING
from simulator.workloads.shop_orders import SHOP_ORDERS
from simulator.workloads.support_chats import SUPPORT_CHATS

WORKLOADS: Registry[WorkloadKind] = Registry(
    "workload", [LOAN_APPLICATIONS, ORDER_PICKING, ORDER_PROMISING, SHOP_ORDERS, SUPPORT_CHATS], "fdelab.workloads"
)
