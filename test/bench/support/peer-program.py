"""What the peers look after. $1: a file for what happens, $2: `serve`, or seconds until it ends with exit code 1."""
import os, signal, sys, time

log, mode = sys.argv[1:3]
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})


def tell(word):
    with open(log, 'a') as file:
        file.write('%s %d\n' % (word, time.clock_gettime_ns(time.CLOCK_MONOTONIC)))


tell('start')
if mode == 'serve':
    while True:
        signal.sigwait({signal.SIGHUP})
        tell('hup')
time.sleep(float(mode))
sys.exit(1)
