"""How long the ERP takes: a base latency for every call, and some slow calls."""

from simulator import seeds
from simulator.parts.soap_erp.params import Delay, ErpParams
from simulator.sampling import ShuffledSampler


class Pace:
    """Draws durations in wall seconds, for one lap."""

    def __init__(self, seed: int, rules: ErpParams) -> None:
        self._seed = seed
        self._base = seeds.rng(seed, "base latency")
        self._long = seeds.rng(seed, "long latency")
        self._arrivals = 0
        self.configure(rules)

    def configure(self, rules: ErpParams) -> None:
        """Apply new rules from now on."""
        self._rules = rules
        self._slow = ShuffledSampler(seeds.child(self._seed, "slow"), rules.slow.share)

    def base(self) -> float:
        """Return the latency of any call."""
        return self._rules.latency.draw(self._base)

    def slow(self) -> float:
        """Return the additional wait of the next call that may be slow; 0 for most."""
        arrival, self._arrivals = self._arrivals, self._arrivals + 1
        return self._between(self._rules.slow) if self._slow.struck(arrival) else 0.0

    def hung(self) -> float:
        """Return how long the answer to a hung write is held back."""
        return self._between(self._rules.hung_writes)

    def _between(self, delay: Delay) -> float:
        return self._long.uniform(delay.from_, delay.to)
