"""The call to the pricing service that this application depends on, behind the circuit breaker."""
from __future__ import annotations

import http.client
import json

from breaker import Breaker


class PricingFailed(Exception):
    """The pricing service could not be reached, was too slow, or answered with an error."""


class Pricing:
    def __init__(self, host: str, port: int, timeout_seconds: float, breaker: Breaker) -> None:
        self._host = host
        self._port = port
        self._timeout_seconds = timeout_seconds
        self._breaker = breaker

    def quote(self, number: int) -> dict:
        ticket = self._breaker.admit()
        succeeded = False
        try:
            quote = self._call(number)
            succeeded = True
            return quote
        finally:
            self._breaker.settle(ticket, succeeded)

    def _call(self, number: int) -> dict:
        connection = http.client.HTTPConnection(
            self._host, self._port, timeout=self._timeout_seconds
        )
        try:
            connection.request("GET", "/prices/%d" % number, headers={"Connection": "close"})
            answer = connection.getresponse()
            body = answer.read(65536)
            if answer.status != 200:
                raise PricingFailed("it answered %d" % answer.status)
            return json.loads(body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise PricingFailed(type(error).__name__) from error
        finally:
            connection.close()
