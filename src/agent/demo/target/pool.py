"""The connection pool: bounded over all workers together, with a time limit for waiting."""
from __future__ import annotations

import sqlite3
import threading
from typing import Callable, List

from permits import Permit, Permits


class PoolExhausted(Exception):
    """Every connection of the service stayed checked out for as long as a request may wait."""


class Lease:
    """A connection that is checked out. Closing it twice is harmless; an error discards the connection."""

    def __init__(self, pool: "ConnectionPool", permit: Permit, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._pool = pool
        self._permit = permit
        self._open = True

    def close(self, discard: bool = False) -> None:
        if not self._open:
            return
        self._open = False
        self._pool._check_in(self._permit, self.connection, discard)

    def __enter__(self) -> sqlite3.Connection:
        return self.connection

    def __exit__(self, kind, error, trace) -> None:
        self.close(discard=kind is not None)


class ConnectionPool:
    def __init__(
        self, permits: Permits, connect: Callable[[], sqlite3.Connection], timeout_seconds: float
    ) -> None:
        self._permits = permits
        self._connect = connect
        self.timeout_seconds = timeout_seconds
        self._idle: List[sqlite3.Connection] = []
        self._lock = threading.Lock()

    def check_out(self) -> Lease:
        permit = self._permits.acquire(self.timeout_seconds)
        if permit is None:
            raise PoolExhausted()
        try:
            return Lease(self, permit, self._take_connection())
        except BaseException:
            permit.release()
            raise

    @property
    def max_capacity(self) -> int:
        return self._permits.capacity

    def checked_out(self) -> int:
        return self._permits.held()

    def _take_connection(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _check_in(self, permit: Permit, connection: sqlite3.Connection, discard: bool) -> None:
        # The connection goes back before its permit: never more connections than permits.
        try:
            if discard:
                connection.close()
            else:
                with self._lock:
                    self._idle.append(connection)
        finally:
            permit.release()
