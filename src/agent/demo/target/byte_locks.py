"""
Locks on single bytes of a file, owned by an *open file description* (Linux, F_OFD_SETLK).

They are what makes state shared between workers safe: the kernel drops them with the last descriptor,
so a worker that is killed at any moment leaves nothing locked. Unlike the older POSIX record locks they
also exclude the threads of one process from each other, as long as each holds its own description.
"""
from __future__ import annotations

import errno
import fcntl
import os
import struct

# struct flock with 64-bit offsets: type, whence, start, length, pid; the last item only pads to its size.
_FLOCK = struct.Struct("hhqqi0q")


def open_lock_file(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _request(kind: int, byte: int) -> bytes:
    return _FLOCK.pack(kind, os.SEEK_SET, byte, 1, 0)


def try_lock(fd: int, byte: int) -> bool:
    try:
        fcntl.fcntl(fd, fcntl.F_OFD_SETLK, _request(fcntl.F_WRLCK, byte))
        return True
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise


def wait_and_lock(fd: int, byte: int) -> None:
    fcntl.fcntl(fd, fcntl.F_OFD_SETLKW, _request(fcntl.F_WRLCK, byte))


def unlock(fd: int, byte: int) -> None:
    fcntl.fcntl(fd, fcntl.F_OFD_SETLK, _request(fcntl.F_UNLCK, byte))


def is_locked_elsewhere(fd: int, byte: int) -> bool:
    """Whether another description holds the byte; asked through one that itself holds nothing."""
    answer = fcntl.fcntl(fd, fcntl.F_OFD_GETLK, _request(fcntl.F_WRLCK, byte))
    return _FLOCK.unpack(answer[: _FLOCK.size])[0] != fcntl.F_UNLCK
