"""
A circuit breaker that all workers share.

Stored are only two states, closed and opened-at; half-open is "opened, and the open time is over". So no
worker has to be alive at the right moment to move it on. While half-open one call at a time may try; its
permit is a byte lock, so a worker killed during its try does not block the next one.
"""
from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable, Optional

from permits import Permit, Permits
from shared_record import SharedRecord

WINDOW = 10
MIN_FAILURES = 5
MAX_FAILURE_RATE = 0.5

# generation, opened, opened at (monotonic), the last results as bits (1 = failed), how many there are.
_LAYOUT = "<Q?dHB"
_CLOSED_EMPTY = (False, 0.0, 0, 0)


class CircuitOpen(Exception):
    def __init__(self, retry_after_seconds: float) -> None:
        super().__init__("the circuit is open")
        self.retry_after_seconds = retry_after_seconds


@dataclass
class Ticket:
    """Permission for one call. `generation` makes answers from before a transition count for nothing."""

    generation: int
    probe: Optional[Permit]


@dataclass(frozen=True)
class Snapshot:
    state: str
    failure_count: int
    success_count: int
    last_failed: bool
    retry_after_seconds: Optional[float]

    @property
    def calls(self) -> int:
        return self.failure_count + self.success_count

    @property
    def failure_rate(self) -> float:
        return self.failure_count / self.calls if self.calls else 0.0


class Breaker:
    def __init__(
        self, directory: str, open_seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        # CLOCK_MONOTONIC is one clock for all processes of a machine, so its instants can be shared.
        self._record = SharedRecord(directory + "/breaker", _LAYOUT, (0,) + _CLOSED_EMPTY)
        self._probes = Permits(directory + "/breaker.probe", 1)
        self._open_seconds = open_seconds
        self._now = now

    def admit(self) -> Ticket:
        generation, opened, opened_at, _, _ = self._record.read()
        if not opened:
            return Ticket(generation, None)
        remaining = self._remaining(opened_at)
        if remaining > 0:
            raise CircuitOpen(remaining)
        probe = self._probes.try_acquire()
        if probe is None:
            raise CircuitOpen(1.0)
        return self._probe_ticket(generation, probe)

    def _probe_ticket(self, generation: int, probe: Permit) -> Ticket:
        # Between the look and the permit another try may have ended: then this one is no longer due.
        if self._record.read()[0] != generation:
            probe.release()
            return self.admit()
        return Ticket(generation, probe)

    def settle(self, ticket: Ticket, succeeded: bool) -> None:
        try:
            with self._record.update() as draft:
                if draft.values[0] == ticket.generation:
                    draft.values = self._after(draft.values, ticket, succeeded)
        finally:
            if ticket.probe is not None:
                ticket.probe.release()

    def snapshot(self) -> Snapshot:
        _, opened, opened_at, bits, size = self._record.read()
        failures = bin(bits).count("1")
        remaining = self._remaining(opened_at) if opened else 0.0
        state = "CLOSED" if not opened else "OPEN" if remaining > 0 else "HALF_OPEN"
        return Snapshot(
            state=state,
            failure_count=failures,
            success_count=size - failures,
            last_failed=bool(bits & 1),
            retry_after_seconds=round(remaining, 1) if state == "OPEN" else None,
        )

    def _remaining(self, opened_at: float) -> float:
        return max(0.0, opened_at + self._open_seconds - self._now())

    def _after(self, values: tuple, ticket: Ticket, succeeded: bool) -> tuple:
        generation, opened, opened_at, bits, size = values
        if ticket.probe is not None and succeeded:
            return (generation + 1,) + _CLOSED_EMPTY
        bits = ((bits << 1) | (not succeeded)) & ((1 << WINDOW) - 1)
        size = min(size + 1, WINDOW)
        if ticket.probe is not None:
            return (generation + 1, True, self._now(), bits, size)
        if _trips(failures=bin(bits).count("1"), calls=size):
            return (generation + 1, True, self._now(), bits, size)
        return (generation, opened, opened_at, bits, size)


def _trips(failures: int, calls: int) -> bool:
    return failures >= MIN_FAILURES and failures / calls >= MAX_FAILURE_RATE
