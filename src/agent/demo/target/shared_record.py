"""
A few numbers shared by all workers: one small file, one lock.

A record is written with a single `pwrite` while its lock is held, so a worker killed in between leaves
either the old numbers or the new ones, and the lock goes with the worker.
"""
from __future__ import annotations

import os
import struct
import threading
from contextlib import contextmanager
from typing import Iterator, Tuple

import byte_locks

# Far beyond the numbers themselves, so that locking never looks like touching them.
_LOCK_BYTE = 1 << 20


class SharedRecord:
    def __init__(self, path: str, layout: str, initial: Tuple) -> None:
        self._struct = struct.Struct(layout)
        self._initial = initial
        self._fd = byte_locks.open_lock_file(path)
        # All threads of this process share one description: among themselves they need their own lock.
        self._threads = threading.Lock()

    def read(self) -> Tuple:
        with self._locked():
            return self._load()

    @contextmanager
    def update(self) -> Iterator["Draft"]:
        """Hands out a draft; what it holds at the end is what all workers see next."""
        with self._locked():
            before = self._load()
            draft = Draft(before)
            yield draft
            if draft.values != before:
                os.pwrite(self._fd, self._struct.pack(*draft.values), 0)

    def _load(self) -> Tuple:
        raw = os.pread(self._fd, self._struct.size, 0)
        return self._struct.unpack(raw) if len(raw) == self._struct.size else self._initial

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._threads:
            byte_locks.wait_and_lock(self._fd, _LOCK_BYTE)
            try:
                yield
            finally:
                byte_locks.unlock(self._fd, _LOCK_BYTE)


class Draft:
    def __init__(self, values: Tuple) -> None:
        self.values = values
