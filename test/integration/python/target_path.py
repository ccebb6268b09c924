"""Makes the demonstration target's modules importable, and keeps their sources free of compiled files."""
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(
    0, str(pathlib.Path(__file__).resolve().parents[3] / "src" / "agent" / "demo" / "target")
)
