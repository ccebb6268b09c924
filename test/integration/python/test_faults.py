"""The faults file: seen when it changes, and never worse than what it says."""
import json
import os
import tempfile
import unittest

import target_path  # noqa: F401
from faults import NO_FAULTS, Faults, FaultsFile
from memory import Leak


class FaultsFileTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = os.path.join(directory.name, "faults.json")
        self.faults = FaultsFile(self.path)

    def replace(self, text):
        with open(self.path + ".new", "w") as file:
            file.write(text)
        os.rename(self.path + ".new", self.path)

    def test_each_replacement_is_seen_however_quickly_they_follow(self):
        for pause in range(50):
            self.replace(json.dumps({"export_pause_ms": pause % 10}))
            self.assertEqual(self.faults.current().export_pause_ms, pause % 10)

    def test_nothing_and_garbage_mean_no_fault(self):
        self.assertEqual(self.faults.current(), NO_FAULTS)
        for garbage in ("", "[]", "null", "{", '{"crash_at_boot": "yes"}', '{"leak_kb_per_request": []}'):
            self.replace(garbage)
            self.assertEqual(self.faults.current(), NO_FAULTS, garbage)

    def test_all_faults_are_read(self):
        self.replace('{"export_pause_ms": 500, "leak_kb_per_request": 3, "crash_at_boot": true}')
        self.assertEqual(self.faults.current(), Faults(500, 3, True))


class LeakTest(unittest.TestCase):
    def test_it_grows_up_to_its_bound_and_no_further(self):
        leak = Leak(bytes_max=10 * 1024)
        for _ in range(5):
            leak.grow(4)
        self.assertEqual(leak.bytes, 8 * 1024)
        leak.grow(-1)
        self.assertEqual(leak.bytes, 8 * 1024)


if __name__ == "__main__":
    unittest.main()
