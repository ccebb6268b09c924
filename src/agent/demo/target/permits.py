"""A bounded number of permits, shared by every process that opens the same file."""
from __future__ import annotations

import os
import random
import threading
import time
from typing import Optional

import byte_locks

# How often a waiter looks again. Only one thread of a process looks at a time, so this stays cheap.
_LOOK_AGAIN_SECONDS = 0.008


class Permit:
    """One locked byte. Dropping the description, by `release` or by dying, gives it back."""

    def __init__(self, fd: int) -> None:
        self._fd: Optional[int] = fd

    def release(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)


class Permits:
    def __init__(self, path: str, capacity: int) -> None:
        self._path = path
        self.capacity = capacity
        # This description never holds a lock, so it sees those of this process too.
        self._observer = byte_locks.open_lock_file(path)
        self._turn = threading.Lock()

    def try_acquire(self) -> Optional[Permit]:
        return self._acquire(deadline=None)

    def acquire(self, timeout_seconds: float) -> Optional[Permit]:
        """Waits in a queue per process; None when the time is over."""
        deadline = time.monotonic() + timeout_seconds
        if not self._turn.acquire(timeout=timeout_seconds):
            return None
        try:
            return self._acquire(deadline)
        finally:
            self._turn.release()

    def held(self) -> int:
        """How many are taken now, in all processes together."""
        return sum(
            1 for byte in range(self.capacity) if byte_locks.is_locked_elsewhere(self._observer, byte)
        )

    def _acquire(self, deadline: Optional[float]) -> Optional[Permit]:
        fd = byte_locks.open_lock_file(self._path)
        try:
            while not self._lock_any_byte(fd):
                if deadline is None or time.monotonic() >= deadline:
                    os.close(fd)
                    return None
                time.sleep(_LOOK_AGAIN_SECONDS)
        except BaseException:
            os.close(fd)
            raise
        return Permit(fd)

    def _lock_any_byte(self, fd: int) -> bool:
        # Starting anywhere spreads the processes, so that they seldom try the same byte in step.
        first = random.randrange(self.capacity)
        return any(
            byte_locks.try_lock(fd, (first + step) % self.capacity) for step in range(self.capacity)
        )
