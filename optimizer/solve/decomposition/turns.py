"""Which way to search is next: the one that gained most for its effort of late, each other one every so often."""

from __future__ import annotations

MEMORY = 0.9
"""Share of what is remembered of a way that is still so after its next turn."""
LEAST_SHARE = 0.15
"""Of the effort, for every way; it may begin to pay again."""


class Turns:
    """Gains and efforts of some ways to search, the latest weighing most. Effort is in any unit that all share."""

    def __init__(self, ways: int, least_share: float = LEAST_SHARE) -> None:
        self._least_share = least_share
        self._gain, self._effort, self._spent = [0.0] * ways, [0.0] * ways, [0.0] * ways

    def next(self) -> int:
        """Number of the way whose turn it is."""
        ways = range(len(self._gain))
        least = min(ways, key=self._spent.__getitem__)
        rates = [self._gain[way] / self._effort[way] if self._effort[way] else 0.0 for way in ways]
        if self._spent[least] <= self._least_share * sum(self._spent) or not any(rates):
            return least
        return max(ways, key=rates.__getitem__)

    def note(self, way: int, gain: float, effort: float) -> None:
        """Remember what came of a turn."""
        self._gain[way] = MEMORY * self._gain[way] + max(0.0, gain)
        self._effort[way] = MEMORY * self._effort[way] + effort
        self._spent[way] += effort
