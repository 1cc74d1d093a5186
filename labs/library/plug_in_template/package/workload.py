"""A business that ships with the package, written in YAML: `door.yaml`."""

from pathlib import Path

from simulator.workloads.cases.kind import shipped

WORKLOAD = shipped(Path(__file__).with_name("door.yaml"))
