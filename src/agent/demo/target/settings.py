"""Where this target keeps its files and how large its parts are. Read once, from the environment."""
from __future__ import annotations

import os
from dataclasses import dataclass

POOL_CAPACITY = 12
POOL_TIMEOUT_SECONDS = 0.5
POOL_SATURATED_AT = 0.9

BREAKER_OPEN_SECONDS = 30.0
PRICING_TIMEOUT_SECONDS = 0.8

# A worker of this application needs about 30 MiB; three times that, on average, is no longer normal.
MEMORY_HIGH_BYTES_PER_WORKER = 96 * 1024 * 1024


@dataclass(frozen=True)
class Settings:
    directory: str
    """Everything this target writes is in here; whoever starts it empties it first."""
    faults_file: str
    pricing_host: str
    pricing_port: int
    breaker_open_seconds: float
    workers: int
    """As many as the master was told to keep."""

    def path(self, name: str) -> str:
        return os.path.join(self.directory, name)


def from_environment() -> Settings:
    try:
        directory = os.environ["HOLDFAST_DEMO_DATA_DIR"]
        faults_file = os.environ["HOLDFAST_DEMO_FAULTS_FILE"]
        pricing = os.environ["HOLDFAST_DEMO_PRICING"]
        workers = int(os.environ["HOLDFAST_DEMO_WORKERS"])
    except KeyError as missing:
        raise SystemExit("the demonstration target needs the variable %s" % missing) from None
    host, _, port = pricing.rpartition(":")
    return Settings(
        directory=directory,
        faults_file=faults_file,
        pricing_host=host,
        pricing_port=int(port),
        workers=workers,
        breaker_open_seconds=float(
            os.environ.get("HOLDFAST_DEMO_BREAKER_OPEN_SECONDS", BREAKER_OPEN_SECONDS)
        ),
    )
