"""The health payload. It takes no connection from the pool, so it answers while the pool is exhausted."""
from __future__ import annotations

from typing import List, Tuple

import settings
from breaker import WINDOW, Breaker, Snapshot
from cache import RouteCache
from memory import Workers
from pool import ConnectionPool

UNREACHABLE = "the database cannot be used"


def pool_block(pool: ConnectionPool) -> dict:
    checked_out = pool.checked_out()
    capacity = pool.max_capacity
    return {
        "runtime": {"max_capacity": capacity, "pool_timeout_seconds": pool.timeout_seconds},
        "state": {
            "checked_out": checked_out,
            "max_capacity": capacity,
            "saturation": round(checked_out / capacity, 4),
        },
    }


def breaker_block(circuit: Snapshot) -> dict:
    return {
        "state": circuit.state,
        "failure_count": circuit.failure_count,
        "success_count": circuit.success_count,
        "failure_rate": round(circuit.failure_rate, 4),
        "window_size": WINDOW,
        "retry_after_seconds": circuit.retry_after_seconds,
    }


def pricing_state(circuit: Snapshot) -> str:
    if circuit.state != "CLOSED":
        return "failing"
    if circuit.calls == 0:
        return "unknown"
    return "failing" if circuit.last_failed else "ok"


def degradations(
    saturation: float, circuit: Snapshot, rss_per_worker: float, workers_missing: int
) -> List[Tuple[str, str]]:
    """Reason code and sentence, the most pressing first."""
    found = []
    if workers_missing > 0:
        found.append(("workers_missing", "%d workers are missing" % workers_missing))
    if saturation >= settings.POOL_SATURATED_AT:
        found.append(("pool_saturated", "nearly all database connections are checked out"))
    if circuit.state != "CLOSED":
        found.append(("circuit_open", "the pricing service fails, quotes are refused"))
    if rss_per_worker >= settings.MEMORY_HIGH_BYTES_PER_WORKER:
        found.append(("memory_high", "the workers occupy far more memory than usual"))
    return found


def payload(
    database_usable: bool,
    pool: ConnectionPool,
    breaker: Breaker,
    cache: RouteCache,
    workers: Workers,
    workers_wanted: int,
) -> dict:
    circuit = breaker.snapshot()
    database_pool = pool_block(pool)
    worker_count, rss_bytes = workers.count_and_rss_bytes()
    degraded = degradations(
        database_pool["state"]["saturation"],
        circuit,
        rss_bytes / max(1, worker_count),
        workers_wanted - worker_count,
    )
    status = "degraded" if degraded else "healthy"
    return {
        "status": status if database_usable else "unhealthy",
        "degraded_reason": degraded[0][0] if degraded and database_usable else None,
        "services": {
            "database": "ok" if database_usable else "unreachable",
            "pricing": pricing_state(circuit),
            "cache": "ok",
        },
        "circuit_breaker": breaker_block(circuit),
        "database_pool": database_pool,
        "route_cache": cache.counters(),
        "system_memory": {"workers_rss_bytes": rss_bytes, "worker_count": worker_count},
        "warnings": [sentence for _, sentence in degraded],
        "errors": [] if database_usable else [UNREACHABLE],
    }
