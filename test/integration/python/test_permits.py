"""The pool's bound over real processes: never more than the capacity, and nothing lost with the dead."""
import contextlib
import multiprocessing
import os
import signal
import sqlite3
import tempfile
import threading
import time
import unittest

import target_path  # noqa: F401
from permits import Permits
from pool import ConnectionPool, PoolExhausted

CAPACITY = 3


def hold_all(path, holding):
    permits = Permits(path, CAPACITY)
    kept = [permits.try_acquire() for _ in range(CAPACITY)]
    holding.set()
    time.sleep(30)
    del kept


def take_turns(path, inside, peak, rounds):
    """Counts how many are inside at once, by a counter that only this test trusts."""
    permits = Permits(path, CAPACITY)
    for _ in range(rounds):
        permit = permits.acquire(10)
        assert permit is not None
        with inside.get_lock():
            inside.value += 1
            peak.value = max(peak.value, inside.value)
        time.sleep(0.001)
        with inside.get_lock():
            inside.value -= 1
        permit.release()


class PermitsTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = os.path.join(directory.name, "permits")
        self.context = multiprocessing.get_context("spawn")

    def start(self, target, *arguments):
        process = self.context.Process(target=target, args=arguments)
        process.start()
        self.addCleanup(process.join)
        self.addCleanup(process.kill)
        return process

    def test_no_more_permits_than_the_capacity_in_one_process(self):
        permits = Permits(self.path, CAPACITY)
        taken = [permits.try_acquire() for _ in range(CAPACITY)]
        self.assertNotIn(None, taken)
        self.assertIsNone(permits.try_acquire())
        self.assertEqual(permits.held(), CAPACITY)
        taken[0].release()
        self.assertEqual(permits.held(), CAPACITY - 1)
        self.assertIsNotNone(permits.try_acquire())

    def test_releasing_twice_gives_back_one_permit(self):
        permits = Permits(self.path, CAPACITY)
        first, second = permits.try_acquire(), permits.try_acquire()
        first.release()
        first.release()
        self.assertEqual(permits.held(), 1)
        second.release()

    def test_processes_and_threads_together_never_exceed_the_capacity(self):
        inside, peak = self.context.Value("i", 0), self.context.Value("i", 0)
        processes = [self.start(take_turns, self.path, inside, peak, 25) for _ in range(3)]
        threads = [
            threading.Thread(target=take_turns, args=(self.path, inside, peak, 15)) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for worker in [*threads, *processes]:
            worker.join(60)
        self.assertEqual([process.exitcode for process in processes], [0, 0, 0])
        self.assertLessEqual(peak.value, CAPACITY)
        self.assertGreater(peak.value, 1, "the test did not put the pool under pressure")

    def test_a_killed_process_gives_its_permits_back(self):
        holding = self.context.Event()
        holder = self.start(hold_all, self.path, holding)
        self.assertTrue(holding.wait(20))
        permits = Permits(self.path, CAPACITY)
        self.assertEqual(permits.held(), CAPACITY)
        self.assertIsNone(permits.try_acquire())

        os.kill(holder.pid, signal.SIGKILL)
        holder.join(20)
        self.assertEqual(permits.held(), 0)
        self.assertIsNotNone(permits.try_acquire())

    def test_waiting_ends_when_a_permit_comes_free(self):
        permits = Permits(self.path, 1)
        first = permits.try_acquire()
        threading.Timer(0.05, first.release).start()
        started = time.monotonic()
        self.assertIsNotNone(permits.acquire(5))
        self.assertLess(time.monotonic() - started, 2)

    def test_waiting_ends_with_its_time_limit_for_all_who_wait(self):
        permits = Permits(self.path, 1)
        kept = permits.try_acquire()
        results = []
        threads = [
            threading.Thread(target=lambda: results.append(permits.acquire(0.2))) for _ in range(5)
        ]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        self.assertEqual(results, [None] * 5)
        self.assertLess(time.monotonic() - started, 1)
        kept.release()


class PoolTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.opened = 0
        self.pool = ConnectionPool(Permits(os.path.join(directory.name, "permits"), 2), self.connect, 0.05)

    def connect(self):
        self.opened += 1
        connection = sqlite3.connect(":memory:")
        self.addCleanup(connection.close)
        return connection

    def test_an_exhausted_pool_says_so_after_its_timeout(self):
        leases = [self.pool.check_out(), self.pool.check_out()]
        self.assertEqual(self.pool.checked_out(), self.pool.max_capacity)
        with self.assertRaises(PoolExhausted):
            self.pool.check_out()
        leases[0].close()
        self.pool.check_out().close()
        self.assertEqual(self.pool.checked_out(), 1)

    def test_connections_are_used_again(self):
        for _ in range(5):
            with self.pool.check_out() as connection:
                connection.execute("SELECT 1")
        self.assertEqual(self.opened, 1)

    def test_a_connection_whose_work_failed_is_not_used_again(self):
        with contextlib.suppress(sqlite3.Error):
            with self.pool.check_out() as connection:
                connection.execute("SELECT * FROM nowhere")
        self.assertEqual(self.pool.checked_out(), 0)
        with self.pool.check_out():
            pass
        self.assertEqual(self.opened, 2)

    def test_a_connection_that_cannot_be_opened_costs_no_place(self):
        def fail():
            raise sqlite3.OperationalError("unable to open")

        self.pool._connect = fail
        for _ in range(4):
            with self.assertRaises(sqlite3.OperationalError):
                self.pool.check_out()
        self.assertEqual(self.pool.checked_out(), 0)


if __name__ == "__main__":
    unittest.main()
