"""Derive from a lap's seed one seed for each name, so that no two consumers of randomness disturb each other.

A module asks for its own generator by name (`seeds.rng(seed, "workload", "orders")`); adding a consumer
never changes what another one draws, and nothing touches global random state.
"""

import hashlib
import random


def child(seed: int, *names: str) -> int:
    """Return the 63-bit seed that belongs to `names` under `seed`; the same in every process and Python build."""
    digest = hashlib.blake2b("\x1f".join((str(seed), *names)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def rng(seed: int, *names: str) -> random.Random:
    """Return a generator of its own for `names` under `seed`."""
    return random.Random(child(seed, *names))
