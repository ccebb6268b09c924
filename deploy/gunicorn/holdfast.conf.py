"""For gunicorn, optional: lets Holdfast's watchdog notice a dead master at once, and adds the worker to each statsd sample.

    gunicorn --config /opt/holdfast/current/deploy/gunicorn/holdfast.conf.py …

Beside a configuration file of your own, put this line into that one, before hooks of yours that call these:

    exec(open('/opt/holdfast/current/deploy/gunicorn/holdfast.conf.py').read())

The master holds a FIFO open beside its pid file and says nothing on it. When it ends, however it ends, the kernel closes it,
and whoever reads hears that. Nobody has to be there to read, so this never waits and never fails a start.
"""
import os


def on_starting(server):
    try:
        path = server.cfg.pidfile + '.alive'
        unfinished = '%s.%d' % (path, os.getpid())
        os.mkfifo(unfinished, 0o600)
        server.holdfast_alive = os.open(unfinished, os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW)
        # The group may listen, whatever the umask.
        os.fchmod(server.holdfast_alive, 0o640)
        # Appears with its writer, and in the place of an older master's.
        os.rename(unfinished, path)
    except (OSError, TypeError) as error:
        server.log.info('Holdfast will not hear of this master at once: %s', error)


def post_fork(server, worker):
    # On the server, not in this file: a reload reads the file anew.
    alive = server.__dict__.pop('holdfast_alive', None)
    if alive is not None:
        os.close(alive)
    own = server.cfg.dogstatsd_tags
    server.log.dogstatsd_tags = 'pid:%d,age:%d%s' % (worker.pid, worker.age, ',' + own if own else '')
