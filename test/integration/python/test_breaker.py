"""The breaker's transitions, alone and over several processes."""
import multiprocessing
import os
import signal
import tempfile
import time
import unittest

import target_path  # noqa: F401
from breaker import Breaker, CircuitOpen

OPEN_SECONDS = 30.0


def call(breaker, succeeded):
    breaker.settle(breaker.admit(), succeeded)


def fail_once(directory):
    call(Breaker(directory, OPEN_SECONDS), False)


def probe_and_hang(directory, now, probing):
    # The test's clock: on a machine that booted a moment ago, the real one is behind it.
    Breaker(directory, OPEN_SECONDS, lambda: now).admit()
    probing.set()
    time.sleep(30)


def count_calls(directory, calls):
    breaker = Breaker(directory, OPEN_SECONDS)
    for _ in range(calls):
        call(breaker, True)


class BreakerTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        self.time = 1000.0
        self.breaker = Breaker(self.directory, OPEN_SECONDS, lambda: self.time)
        self.context = multiprocessing.get_context("spawn")

    def state(self):
        return self.breaker.snapshot().state

    def calls(self, *results):
        for result in results:
            call(self.breaker, result)

    def open(self):
        self.calls(*[False] * 5)
        self.assertEqual(self.state(), "OPEN")

    def start(self, target, *arguments):
        process = self.context.Process(target=target, args=(self.directory, *arguments))
        process.start()
        self.addCleanup(process.join)
        self.addCleanup(process.kill)
        return process

    def test_it_opens_with_the_fifth_failure_and_not_before(self):
        self.calls(*[False] * 4)
        self.assertEqual(self.state(), "CLOSED")
        self.calls(False)
        self.assertEqual(self.state(), "OPEN")

    def test_it_stays_closed_below_half_failures(self):
        self.calls(*[True, True, True, False] * 10)
        self.assertEqual(self.state(), "CLOSED")

    def test_it_opens_when_half_of_ten_calls_failed(self):
        self.calls(True, False, True, False, True, False, True, False, True)
        self.assertEqual(self.state(), "CLOSED")
        self.calls(False)
        self.assertEqual(self.state(), "OPEN")

    def test_calls_beyond_the_window_are_forgotten(self):
        self.calls(*[False] * 4, *[True] * 10, *[False] * 4)
        snapshot = self.breaker.snapshot()
        self.assertEqual((snapshot.failure_count, snapshot.success_count), (4, 6))
        self.assertEqual(snapshot.state, "CLOSED")

    def test_open_refuses_and_says_for_how_long(self):
        self.open()
        self.time += 12
        with self.assertRaises(CircuitOpen) as refused:
            self.breaker.admit()
        self.assertAlmostEqual(refused.exception.retry_after_seconds, 18)
        self.assertEqual(self.breaker.snapshot().retry_after_seconds, 18)

    def test_half_open_lets_one_call_try(self):
        self.open()
        self.time += OPEN_SECONDS
        self.assertEqual(self.state(), "HALF_OPEN")
        probe = self.breaker.admit()
        with self.assertRaises(CircuitOpen):
            self.breaker.admit()
        self.breaker.settle(probe, True)
        self.assertEqual(self.state(), "CLOSED")
        self.assertEqual(self.breaker.snapshot().calls, 0)

    def test_a_failed_try_opens_it_for_the_whole_time_again(self):
        self.open()
        self.time += OPEN_SECONDS + 5
        self.breaker.settle(self.breaker.admit(), False)
        self.assertEqual(self.state(), "OPEN")
        self.assertEqual(self.breaker.snapshot().retry_after_seconds, OPEN_SECONDS)

    def test_answers_from_before_a_transition_count_for_nothing(self):
        late = [self.breaker.admit() for _ in range(3)]
        self.open()
        self.breaker.settle(late[0], True)
        self.assertEqual(self.state(), "OPEN")
        self.time += OPEN_SECONDS
        self.breaker.settle(late[1], False)
        self.assertEqual(self.state(), "HALF_OPEN")
        self.breaker.settle(self.breaker.admit(), True)
        self.breaker.settle(late[2], False)
        self.assertEqual(self.breaker.snapshot().calls, 0)

    def test_all_processes_see_one_breaker(self):
        processes = [self.start(fail_once) for _ in range(5)]
        for process in processes:
            process.join(30)
        snapshot = Breaker(self.directory, OPEN_SECONDS).snapshot()
        self.assertEqual((snapshot.state, snapshot.failure_count), ("OPEN", 5))

    def test_no_result_is_lost_between_processes(self):
        # Fewer than the window holds, so each has to be found again.
        processes = [self.start(count_calls, 3) for _ in range(3)]
        for process in processes:
            process.join(30)
        self.assertEqual(self.breaker.snapshot().success_count, 9)

    def test_a_process_killed_during_its_try_does_not_block_the_next_one(self):
        self.open()
        self.time += OPEN_SECONDS
        probing = self.context.Event()
        prober = self.start(probe_and_hang, self.time, probing)
        self.assertTrue(probing.wait(20))
        with self.assertRaises(CircuitOpen):
            self.breaker.admit()
        os.kill(prober.pid, signal.SIGKILL)
        prober.join(20)
        self.assertIsNotNone(self.breaker.admit().probe)


if __name__ == "__main__":
    unittest.main()
