"""The route cache: two levels, and counters that only ever grow."""
import os
import sqlite3
import tempfile
import unittest

import target_path  # noqa: F401
from cache import L1_ENTRIES, MemoryLevel, RouteCache


class CacheTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        self.made = 0

    def make(self):
        self.made += 1
        return {"made": self.made}

    def test_the_first_level_answers_before_the_second_and_the_second_before_the_work(self):
        one, other = RouteCache(self.directory), RouteCache(self.directory)
        for cache in (one, one, other, other):
            self.assertEqual(cache.get_or_make("a", self.make), {"made": 1})
        self.assertEqual(self.made, 1)
        self.assertEqual(other.counters(), {"l1_hits": 2, "l2_hits": 1, "misses": 1})

    def test_a_broken_second_level_counts_as_a_miss(self):
        cache = RouteCache(self.directory)
        with sqlite3.connect(os.path.join(self.directory, "cache.db")) as connection:
            connection.execute("DROP TABLE entries")
        self.assertEqual(cache.get_or_make("a", self.make), {"made": 1})
        self.assertEqual(cache.counters()["misses"], 1)

    def test_work_that_fails_is_not_kept(self):
        cache = RouteCache(self.directory)
        with self.assertRaises(ZeroDivisionError):
            cache.get_or_make("a", lambda: {"never": 1 / 0})
        self.assertEqual(cache.get_or_make("a", self.make), {"made": 1})

    def test_the_first_level_keeps_what_was_used_last(self):
        level = MemoryLevel()
        level.put("first", {})
        for number in range(L1_ENTRIES - 1):
            level.put("other %d" % number, {})
        self.assertIsNotNone(level.get("first"))
        level.put("one more", {})
        self.assertIsNotNone(level.get("first"))
        self.assertIsNone(level.get("other 0"))


if __name__ == "__main__":
    unittest.main()
