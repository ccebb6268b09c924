"""
Faults that the demonstration asks for, read from a small file that it replaces atomically.

A missing or unreadable file means no fault: the target must never be worse off than it was told to be.
"""
from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from typing import Optional, Tuple


@dataclass(frozen=True)
class Faults:
    export_pause_ms: float = 0.0
    leak_kb_per_request: int = 0
    crash_at_boot: bool = False


NO_FAULTS = Faults()


class FaultsFile:
    """Asks the file system on each use, but reads and parses only a file that changed."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seen: Optional[Tuple[int, int, int]] = None
        self._faults = NO_FAULTS

    def current(self) -> Faults:
        try:
            status = os.stat(self._path)
        except OSError:
            return NO_FAULTS
        # A replacement within one tick of the file system's clock still has another inode.
        version = (status.st_mtime_ns, status.st_ino, status.st_size)
        with self._lock:
            if version != self._seen:
                self._faults = _read(self._path)
                self._seen = version
            return self._faults


def _read(path: str) -> Faults:
    try:
        with open(path, "rb") as file:
            wanted = json.loads(file.read(4096))
        return Faults(
            export_pause_ms=float(wanted.get("export_pause_ms", 0)),
            leak_kb_per_request=int(wanted.get("leak_kb_per_request", 0)),
            crash_at_boot=wanted.get("crash_at_boot") is True,
        )
    except (OSError, ValueError, TypeError, AttributeError):
        return NO_FAULTS
