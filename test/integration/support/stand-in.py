"""Stands in for gunicorn's master where gunicorn's own time is not to be measured.

Answers to the same files and signals: `--check-config` ends at once, a pid file, forked workers that serve, all
of them replaced at SIGHUP. Signals are waited for, not handled, so that each is told the moment it arrives.
"""
import os, signal, socket, sys, time

if '--check-config' in sys.argv:
    sys.exit(0)

options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
SIGNALS = {signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD}
BODY = b'{"status": "healthy"}'
ANSWER = b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s'


def serve(listener):
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    while True:
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.sendall(ANSWER % (len(BODY), BODY))
        connection.close()


def fork(listener):
    pid = os.fork()
    if pid == 0:
        serve(listener)
    return pid


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def tell(text):
    os.write(2, (text + '\n').encode())


signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
listener = socket.create_server(('127.0.0.1', int(options['--bind'])), backlog=1024)
workers = [fork(listener) for _ in range(int(options['--workers']))]
with open(options['--pid'] + '.new', 'w') as file:
    file.write('%d\n' % os.getpid())
os.rename(options['--pid'] + '.new', options['--pid'])

while True:
    number = signal.sigwait(SIGNALS)
    at = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    if number == signal.SIGCHLD:
        reap()
        continue
    old, workers = workers, []
    if number == signal.SIGHUP:
        tell('hup %d' % at)
        workers = [fork(listener) for _ in old]
    for pid in old:
        os.kill(pid, signal.SIGTERM)
    if number == signal.SIGTERM:
        os.unlink(options['--pid'])
        sys.exit(0)
