"""The application proper: which path does what, with which parts."""
from __future__ import annotations

import re
import sqlite3
from functools import partial
from http import HTTPStatus
from typing import Callable, Optional

import database
import health
import settings
from breaker import Breaker, CircuitOpen
from cache import RouteCache
from export import Export
from faults import FaultsFile
from memory import Leak, Workers
from permits import Permits
from pool import ConnectionPool, PoolExhausted
from pricing import Pricing, PricingFailed
from responses import Response, json_response, problem, text_response

POOL_RETRY_AFTER_SECONDS = 2
DATABASE_RETRY_AFTER_SECONDS = 5

# A pause beyond this would outlast the worker's own graceful time.
_PAUSE_SECONDS_MAX = 2.0

HOME_PAGE = """This is Holdfast's demonstration target.

Its processes, its connection pool, its circuit breaker and its failures are real;
that they happen is staged. Nothing here is production data.

  /health              what the service says about itself
  /reports/7           a report, a real query behind a cache
  /reports/7/export    an export, which holds a database connection while it is read
  /quotes/7            a quote, asked from a pricing service behind a circuit breaker
"""

_ROUTE = re.compile(r"^/(?P<kind>reports|quotes)/(?P<number>\d{1,9})(?P<export>/export)?$")


class Service:
    def __init__(self, config: settings.Settings, faults: FaultsFile) -> None:
        self._database_path = config.path("app.db")
        database.ensure_seeded(self._database_path)
        self._faults = faults
        self._leak = Leak()
        self._workers = Workers(config.path("workers"))
        self._workers_wanted = config.workers
        self._cache = RouteCache(config.directory)
        self._pool = ConnectionPool(
            Permits(config.path("pool.permits"), settings.POOL_CAPACITY),
            partial(database.connect, self._database_path),
            settings.POOL_TIMEOUT_SECONDS,
        )
        self._breaker = Breaker(config.directory, config.breaker_open_seconds)
        self._pricing = Pricing(
            config.pricing_host, config.pricing_port, settings.PRICING_TIMEOUT_SECONDS, self._breaker
        )

    def answer(self, method: str, path: str) -> Response:
        if method not in ("GET", "HEAD"):
            return problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "Only GET is served.")
        if path == "/health":
            return self._health()
        # Health is spared: being watched must not be what fills the memory.
        self._leak.grow(self._faults.current().leak_kb_per_request)
        if path == "/":
            return text_response(HOME_PAGE)
        work = self._work(path)
        if work is None:
            return problem(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this path; see /.")
        return self._guarded(work)

    def _health(self) -> Response:
        usable = database.is_usable(self._database_path)
        return json_response(
            health.payload(
                usable, self._pool, self._breaker, self._cache, self._workers, self._workers_wanted
            ),
            HTTPStatus.OK if usable else HTTPStatus.SERVICE_UNAVAILABLE,
        )

    def _work(self, path: str) -> Optional[Callable[[], Response]]:
        match = _ROUTE.match(path)
        if match is None:
            return None
        number = int(match["number"])
        if match["kind"] == "quotes":
            return None if match["export"] else partial(self._quote, number)
        return partial(self._export if match["export"] else self._report, number)

    def _guarded(self, work: Callable[[], Response]) -> Response:
        """Every way in which the work may fail has its own answer; none of them is a stack trace."""
        try:
            return work()
        except PoolExhausted:
            return problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "pool_exhausted",
                "All database connections are checked out.",
                POOL_RETRY_AFTER_SECONDS,
            )
        except CircuitOpen as circuit:
            return problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "circuit_open",
                "The pricing service failed too often and is left alone for a while.",
                circuit.retry_after_seconds,
            )
        except PricingFailed as failure:
            return problem(
                HTTPStatus.BAD_GATEWAY, "pricing_failed", "The pricing service failed: %s." % failure
            )
        except sqlite3.Error as error:
            return problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "database_unusable",
                "The database cannot be used: %s." % type(error).__name__,
                DATABASE_RETRY_AFTER_SECONDS,
            )

    def _report(self, number: int) -> Response:
        return json_response(
            self._cache.get_or_make("report:%d" % number, partial(self._make_report, number))
        )

    def _make_report(self, number: int) -> dict:
        with self._pool.check_out() as connection:
            return database.report(connection, number)

    def _export(self, number: int) -> Response:
        export = Export(self._pool.check_out(), number, self._export_pause_seconds)
        return Response(HTTPStatus.OK, "text/csv; charset=utf-8", export)

    def _export_pause_seconds(self) -> float:
        # Asked anew between pages: clearing the fault also ends the exports that run.
        return min(_PAUSE_SECONDS_MAX, max(0.0, self._faults.current().export_pause_ms / 1000))

    def _quote(self, number: int) -> Response:
        return json_response(self._pricing.quote(number))
