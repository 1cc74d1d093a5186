"""Shop orders: every customer asks what a basket costs, and pays that or leaves."""

from pathlib import Path

from simulator.workloads.cases.kind import shipped

SHOP_ORDERS = shipped(Path(__file__).with_name("shop-orders.yaml"))
