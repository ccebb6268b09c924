"""The application's database: one SQLite file with enough rows that a report is real work."""
from __future__ import annotations

import os
import random
import sqlite3
import time
from typing import List, Tuple

import byte_locks

ROWS = 20_000
STATIONS = 50
PAGE_ROWS = 250
EXPORT_PAGES = 8

# What a query may wait for a lock of SQLite itself; only seeding ever writes, so it never should.
_BUSY_SECONDS = 0.25


def ensure_seeded(path: str) -> None:
    """The first worker fills the file, the others wait; a half-filled file never gets the real name."""
    lock = byte_locks.open_lock_file(path + ".lock")
    try:
        byte_locks.wait_and_lock(lock, 0)
        if os.path.exists(path):
            return
        unfinished = path + ".new"
        if os.path.exists(unfinished):
            os.unlink(unfinished)
        _seed(unfinished)
        os.rename(unfinished, path)
    finally:
        os.close(lock)


def _seed(path: str) -> None:
    generator = random.Random(20_000)
    rows = (
        (row, row % STATIONS, row // STATIONS, round(generator.gauss(20, 6), 3))
        for row in range(1, ROWS + 1)
    )
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(
            "CREATE TABLE readings (id INTEGER PRIMARY KEY, station INTEGER, day INTEGER, value REAL)"
        )
        connection.executemany("INSERT INTO readings VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    finally:
        connection.close()


def connect(path: str) -> sqlite3.Connection:
    # Read-only: a missing file is an error then, instead of a new empty database.
    return sqlite3.connect(
        "file:%s?mode=ro" % path, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False
    )


def is_usable(path: str) -> bool:
    """Through a connection of its own, so that the answer neither needs nor trusts the pool."""
    try:
        connection = connect(path)
        try:
            return connection.execute("SELECT 1 FROM readings LIMIT 1").fetchone() is not None
        finally:
            connection.close()
    except sqlite3.Error:
        return False


def report(connection: sqlite3.Connection, number: int) -> dict:
    """Scans the whole table on purpose: there is no index on `station`."""
    count, mean, lowest, highest, squares = connection.execute(
        "SELECT count(*), avg(value), min(value), max(value), avg(value * value)"
        " FROM readings WHERE station = ? AND day % 7 <> ?",
        (number % STATIONS, number % 7),
    ).fetchone()
    return {
        "report": number,
        "station": number % STATIONS,
        "readings": count,
        "mean": round(mean, 3),
        "lowest": lowest,
        "highest": highest,
        "variance": round(squares - mean * mean, 3),
        "made_at": round(time.time(), 3),
    }


def export_page(
    connection: sqlite3.Connection, number: int, after_id: int
) -> List[Tuple[int, int, float]]:
    return connection.execute(
        "SELECT id, day, value FROM readings WHERE station % 5 = ? AND id > ? ORDER BY id LIMIT ?",
        (number % 5, after_id, PAGE_ROWS),
    ).fetchall()
