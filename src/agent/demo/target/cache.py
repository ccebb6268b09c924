"""
The route cache: L1 in the worker's own memory, L2 in one SQLite file that all workers share.

The cache may only ever help: whatever goes wrong with L2 counts as a miss.
"""
from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections import OrderedDict
from typing import Callable, Optional, Tuple

from shared_record import SharedRecord

L1_ENTRIES = 128
L1_TTL_SECONDS = 5.0
L2_ENTRIES = 1024
L2_TTL_SECONDS = 20.0

# Tidying on each write would cost more than the writes.
_WRITES_BETWEEN_TIDYING = 64
_BUSY_SECONDS = 0.05

_L1_HIT, _L2_HIT, _MISS = 0, 1, 2


class MemoryLevel:
    """Least recently used entries go first; none outlives its time."""

    def __init__(self) -> None:
        self._entries: "OrderedDict[str, Tuple[float, dict]]" = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Optional[dict]:
        with self._lock:
            expires_at, value = self._entries.get(key, (0.0, None))
            if value is None:
                return None
            if expires_at <= time.monotonic():
                del self._entries[key]
                return None
            self._entries.move_to_end(key)
            return value

    def put(self, key: str, value: dict) -> None:
        with self._lock:
            self._entries[key] = (time.monotonic() + L1_TTL_SECONDS, value)
            self._entries.move_to_end(key)
            if len(self._entries) > L1_ENTRIES:
                self._entries.popitem(last=False)


class SharedLevel:
    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._writes = 0
        self._connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        # Losing the cache with the machine is fine, so nothing here ever waits for the disk.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS entries"
            " (key TEXT PRIMARY KEY, expires_at REAL NOT NULL, value TEXT NOT NULL) WITHOUT ROWID"
        )

    def get(self, key: str) -> Optional[dict]:
        with self._lock:
            row = self._connection.execute(
                "SELECT value FROM entries WHERE key = ? AND expires_at > ?", (key, time.monotonic())
            ).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, key: str, value: dict) -> None:
        with self._lock:
            self._writes += 1
            if self._writes % _WRITES_BETWEEN_TIDYING == 0:
                self._tidy()
            self._connection.execute(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?)",
                (key, time.monotonic() + L2_TTL_SECONDS, json.dumps(value)),
            )

    def _tidy(self) -> None:
        self._connection.execute("DELETE FROM entries WHERE expires_at <= ?", (time.monotonic(),))
        self._connection.execute(
            "DELETE FROM entries WHERE key NOT IN"
            " (SELECT key FROM entries ORDER BY expires_at DESC LIMIT ?)",
            (L2_ENTRIES,),
        )


class RouteCache:
    def __init__(self, directory: str) -> None:
        self._memory = MemoryLevel()
        self._shared = _open_shared(directory + "/cache.db")
        self._counters = SharedRecord(directory + "/cache.counters", "<QQQ", (0, 0, 0))

    def get_or_make(self, key: str, make: Callable[[], dict]) -> dict:
        value = self._memory.get(key)
        if value is not None:
            self._count(_L1_HIT)
            return value
        value = self._from_shared(key)
        if value is not None:
            self._count(_L2_HIT)
            self._memory.put(key, value)
            return value
        self._count(_MISS)
        value = make()
        self._memory.put(key, value)
        self._to_shared(key, value)
        return value

    def counters(self) -> dict:
        l1_hits, l2_hits, misses = self._counters.read()
        return {"l1_hits": l1_hits, "l2_hits": l2_hits, "misses": misses}

    def _count(self, which: int) -> None:
        with self._counters.update() as draft:
            draft.values = tuple(
                value + (1 if index == which else 0) for index, value in enumerate(draft.values)
            )

    def _from_shared(self, key: str) -> Optional[dict]:
        if self._shared is None:
            return None
        try:
            return self._shared.get(key)
        except (sqlite3.Error, ValueError):
            return None

    def _to_shared(self, key: str, value: dict) -> None:
        if self._shared is None:
            return
        try:
            self._shared.put(key, value)
        except sqlite3.Error:
            pass  # Another worker is writing or the disk is full: the value is simply made again.


def _open_shared(path: str) -> Optional[SharedLevel]:
    # Several workers start at once, and changing to WAL needs the file alone for a moment.
    for _ in range(20):
        try:
            return SharedLevel(path)
        except sqlite3.OperationalError:
            time.sleep(0.02)
        except sqlite3.Error:
            break
    return None
