"""Says 200 to everything, and nothing else."""

from app import toy


def nothing(_order: toy.Order) -> toy.Answer:
    return 200, b""


toy.tell("empty")
toy.serve(nothing)
