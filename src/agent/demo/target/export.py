"""
An export: pages of a real query, written to whoever reads them, with one connection held all the while.

Holding a connection while a slow reader dawdles is how pools run dry in real services. The pause between
pages stands for that reader.
"""
from __future__ import annotations

import random
import time
from typing import Callable, Iterator

import database
from pool import Lease


class Export:
    """Iterated and then closed by the server, also when the reader has gone or nothing was read."""

    def __init__(self, lease: Lease, number: int, pause_seconds: Callable[[], float]) -> None:
        self._lease = lease
        self._number = number
        self._pause_seconds = pause_seconds

    def __iter__(self) -> Iterator[bytes]:
        yield b"id,day,value\n"
        last_id = 0
        for page in range(database.EXPORT_PAGES):
            if page > 0:
                # Readers differ; in step they would let go of their connections all at once.
                time.sleep(self._pause_seconds() * random.uniform(0.7, 1.3))
            rows = database.export_page(self._lease.connection, self._number, last_id)
            if not rows:
                return
            last_id = rows[-1][0]
            yield "".join("%d,%d,%.3f\n" % row for row in rows).encode()

    def close(self) -> None:
        self._lease.close()
