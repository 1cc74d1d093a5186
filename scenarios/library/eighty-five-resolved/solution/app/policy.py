"""Who takes over a chat: whoever is cheaper in the end, as long as there is somebody.

An agent is worth the money when the bot's chance is low: that is a threshold, and it follows from prices. A seat that
is taken is not there for a case that needs it more. So the threshold sinks as the floor fills, and with fewer seats, or
more difficult cases, it settles where the floor just holds.
"""

from app.settings import HandoverSettings


class Policy:
    """Decides by chance and by how full the floor is."""

    def __init__(self, settings: HandoverSettings) -> None:
        self._settings = settings

    def threshold(self, load: float) -> float:
        """The chance below which an agent takes over, at `load`: cases in work and in the queue, per seat."""
        rules = self._settings
        cheapest = 1 - rules.case / rules.loss
        room = (rules.closed_from - load) / (rules.closed_from - rules.eager_until)
        return cheapest * min(max(room, 0.0), 1.0)

    def hand_over(self, chance: float, load: float) -> bool:
        """Whether an agent takes over from the start."""
        return chance < self.threshold(load)

    def rescue(self, load: float) -> bool:
        """Whether an agent takes over after an answer that did not help: worth less, so only while there is room."""
        rules = self._settings
        return rules.rescue * rules.loss > rules.case and load < rules.eager_until
