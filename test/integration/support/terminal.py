"""Runs a command in a terminal of its own, types Ctrl-C after a while, and tells what it wrote and how it ended."""
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

seconds, rows, columns = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[4], sys.argv[4:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

written = b''
typed_at = time.monotonic() + seconds
typed = False
while True:
    if not typed and time.monotonic() > typed_at:
        os.write(terminal, b'\x03')
        typed = True
    if typed and time.monotonic() > typed_at + 20:
        os.kill(child, 9)
    if select.select([terminal], [], [], 0.05)[0]:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            break
        if chunk == b'':
            break
        written += chunk
_, status = os.waitpid(child, 0)
print(json.dumps({
    'code': os.waitstatus_to_exitcode(status),
    'written': written.decode(),
    'seconds_after_ctrl_c': time.monotonic() - typed_at,
}))
