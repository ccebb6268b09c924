"""What the workers of this service occupy, and the leak that the demonstration can ask for."""
from __future__ import annotations

import os
import threading
from typing import List, Tuple

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_LEAK_BYTES_MAX = 160 * 1024 * 1024


class Workers:
    """
    The workers that serve: children of our master, as the kernel lists them, that got as far as this.
    One that dies while it starts never was a worker to anybody who asks for a page.
    """

    def __init__(self, directory: str) -> None:
        self._master_pid = os.getppid()
        self._directory = directory
        os.makedirs(directory, exist_ok=True)
        with open(self._mark_of(os.getpid()), "w"):
            pass

    def count_and_rss_bytes(self) -> Tuple[int, int]:
        serving = (pid for pid in self._pids() if os.path.exists(self._mark_of(pid)))
        sizes = [size for size in map(_rss_bytes, serving) if size > 0]
        return len(sizes), sum(sizes)

    def _mark_of(self, pid: int) -> str:
        return os.path.join(self._directory, str(pid))

    def _pids(self) -> List[int]:
        # An orphan's new parent is some other process, whose children are none of ours.
        if os.getppid() != self._master_pid:
            return [os.getpid()]
        try:
            with open("/proc/%d/task/%d/children" % (self._master_pid, self._master_pid)) as file:
                return [int(word) for word in file.read().split()]
        except OSError:
            return [os.getpid()]


def _rss_bytes(pid: int) -> int:
    try:
        with open("/proc/%d/statm" % pid) as file:
            return int(file.read().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):
        return 0  # It ended just now.


class Leak:
    """Memory that nothing uses and nothing frees, up to a bound that any machine can bear."""

    def __init__(self, bytes_max: int = _LEAK_BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._kept: List[bytearray] = []
        self._bytes = 0
        self._lock = threading.Lock()

    def grow(self, kilobytes: int) -> None:
        wanted = kilobytes * 1024
        with self._lock:
            if wanted <= 0 or self._bytes + wanted > self._bytes_max:
                return
            self._bytes += wanted
            # Written, not merely reserved: a page that was never written is not resident.
            self._kept.append(bytearray(b"\x5a" * wanted))

    @property
    def bytes(self) -> int:
        return self._bytes
