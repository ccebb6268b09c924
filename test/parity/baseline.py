#!/usr/bin/python3
"""The parity baseline: what the metric contract, version 1, says of holdfast.raw/1 files.

Written from the contract alone, in another language, with nothing of the console's code: counts in Python,
ratios and means in exact fractions of the decimals as they are written, quantiles and slopes checked against
NumPy and the standard library's statistics. Each file named on the command line gives one line of JSON:
{"<metric id>": {"value": ..., "places": ..., "tolerance": ...}}.
"""

import json
import math
import statistics
import sys
from fractions import Fraction

import numpy as np

# places, tolerance; None where a metric is true or false
SPEC = {
    "request.count": (0, 0),
    "request.rate": (3, 0.001),
    "request.error_ratio": (4, 0.0001),
    "request.p50_ms": (2, 0.01),
    "request.p95_ms": (2, 0.01),
    "request.p99_ms": (2, 0.01),
    "request.max_ms": (2, 0.01),
    "request.slow_ratio": (4, 0.0001),
    "request.apdex": (3, 0.001),
    "slo.burn_rate_5m": (2, 0.01),
    "slo.burn_rate_1h": (2, 0.01),
    "pool.saturation": (4, 0.0001),
    "pool.saturation_max": (4, 0.0001),
    "pool.time_above_warning_s": (1, 0.1),
    "pool.consecutive_breaches": (0, 0),
    "breaker.closed_pct": (2, 0.01),
    "breaker.open_pct": (2, 0.01),
    "breaker.half_open_pct": (2, 0.01),
    "breaker.openings": (0, 0),
    "cache.l1_hit_rate": (4, 0.0001),
    "cache.l2_hit_rate": (4, 0.0001),
    "cache.miss_rate": (4, 0.0001),
    "worker.count": (0, 0),
    "worker.rss_total_bytes": (0, 0),
    "worker.rss_growth_bytes_per_h": (0, {"relative": 1e-6}),
    "worker.hours_to_limit": (1, 0.1),
    "probe.availability_pct": (3, 0.001),
    "probe.latency_p95_ms": (2, 0.01),
    "probe.degraded_s": (1, 0.1),
    "probe.consecutive_failures": (0, 0),
    "restart.count_in_window": (0, 0),
    "restart.budget_left": (0, 0),
    "restart.max_churn": (0, 0),
    "restart.mttr_s": (1, 0.1),
    "restart.mtbf_s": (1, 0.1),
    "policy.cooldown_remaining_s": (0, 0),
    "alert.pool_pressure": (0, 0),
    "alert.restart_churn": (0, 0),
    "alert.degraded_sustained": (0, 0),
}

DEFAULTS = {
    "slow_ms": 1000, "apdex_ms": 500, "slo_target": 0.999, "pool_warning": 0.9, "hold_s": 15,
    "rss_limit_bytes": 2147483648,
}
POLICY_DEFAULTS = {"cooldown_s": 60, "retry_budget": 3, "window_s": 600, "churn_threshold": 3}


def exact(number):
    """The decimal as it is written, not the double next to it."""
    return number if isinstance(number, int) else Fraction(repr(number))


def half_away(value, places):
    if isinstance(value, bool) or value is None:
        return value
    units = math.floor(abs(Fraction(value)) * 10**places + Fraction(1, 2))
    signed = units if value >= 0 else -units
    return signed if places == 0 else float(Fraction(signed, 10**places))


class Window:
    def __init__(self, document):
        self.start = exact(document["window"]["from"])
        self.end = exact(document["window"]["to"])

    def rows(self, document, section, *columns):
        """The section's samples inside the half-open window, as tuples that begin with the time."""
        given = document.get(section, {})
        lists = [given.get(column, []) for column in ("t", *columns)]
        return [row for row in zip(*lists) if self.start <= row[0] < self.end]


def quantile(ordered, percent):
    """Type 7 of ascending values, exact between the two neighbours, and what NumPy and statistics make of it."""
    if not ordered:
        return None
    place = Fraction((len(ordered) - 1) * percent, 100)
    below = math.floor(place)
    low = Fraction(exact(ordered[below]))
    high = Fraction(exact(ordered[min(below + 1, len(ordered) - 1)]))
    result = low + (place - below) * (high - low)
    agree(result, np.quantile(np.array(ordered, dtype=float), percent / 100, method="linear"))
    if len(ordered) > 1:
        agree(result, statistics.quantiles(ordered, n=100, method="inclusive")[percent - 1])
    return result


def slope(points):
    n = len(points)
    x0, y0 = points[0]
    xs = [exact(x) - exact(x0) for x, _ in points]
    ys = [exact(y) - exact(y0) for _, y in points]
    sx, sy = sum(xs), sum(ys)
    sxy = sum(x * y for x, y in zip(xs, ys))
    sxx = sum(x * x for x in xs)
    result = Fraction(n * sxy - sx * sy) / Fraction(n * sxx - sx * sx)
    scale = max(abs(y) for y in ys) / max(xs) if max(xs) else 0
    agree(result, np.polyfit(np.array(xs, float), np.array(ys, float), 1)[0], scale)
    agree(result, statistics.linear_regression(list(map(float, xs)), list(map(float, ys))).slope, scale)
    return result


def agree(ours, theirs, scale=0):
    if not math.isclose(float(ours), float(theirs), rel_tol=1e-7, abs_tol=1e-7 * float(scale) + 1e-12):
        sys.exit(f"the baseline disagrees with its own libraries: {float(ours)} and {float(theirs)}")


def share(rows, holds):
    return Fraction(sum(1 for row in rows if holds(row)), len(rows)) if rows else None


def held_seconds(samples, end, hold_ms, counts):
    """Sample and hold: until the next sample, at most hold_ms, never past the end."""
    total = 0
    for at, sample in enumerate(samples):
        t = exact(sample[0])
        following = exact(samples[at + 1][0]) if at + 1 < len(samples) else end
        if counts(sample):
            total += min(following, t + hold_ms, end) - t
    return Fraction(total) / 1000


def run_at_end(samples, counts):
    length = 0
    for sample in reversed(samples):
        if not counts(sample):
            break
        length += 1
    return length


def requests(document, window, config):
    rows = window.rows(document, "requests", "duration_ms", "status")
    durations = sorted(duration for _, duration, _ in rows)
    threshold = config["apdex_ms"]
    good = [duration for _, duration, status in rows if status < 500]
    satisfied = sum(1 for duration in good if duration <= threshold)
    tolerating = sum(1 for duration in good if threshold < duration <= 4 * threshold)
    return {
        "request.count": len(rows),
        "request.rate": Fraction(len(rows)) / (Fraction(window.end - window.start) / 1000),
        "request.error_ratio": share(rows, lambda row: row[2] >= 500),
        "request.p50_ms": quantile(durations, 50),
        "request.p95_ms": quantile(durations, 95),
        "request.p99_ms": quantile(durations, 99),
        "request.max_ms": exact(durations[-1]) if durations else None,
        "request.slow_ratio": share(rows, lambda row: row[1] > config["slow_ms"]),
        "request.apdex": (satisfied + Fraction(tolerating, 2)) / len(rows) if rows else None,
        "slo.burn_rate_5m": burn_rate(rows, window.end - 5 * 60_000, config),
        "slo.burn_rate_1h": burn_rate(rows, window.end - 60 * 60_000, config),
    }


def burn_rate(rows, since, config):
    recent = [row for row in rows if row[0] >= since]
    ratio = share(recent, lambda row: row[2] >= 500)
    return None if ratio is None else ratio / (1 - exact(config["slo_target"]))


def pool(document, window, config):
    samples = [
        (t, min(Fraction(1), max(Fraction(0), Fraction(exact(out)) / Fraction(exact(capacity)))))
        for t, out, capacity in window.rows(document, "pool", "checked_out", "max_capacity")
        if capacity > 0
    ]
    warning = exact(config["pool_warning"])
    breaches = run_at_end(samples, lambda sample: sample[1] >= warning)
    hold_ms = exact(config["hold_s"]) * 1000
    return {
        "pool.saturation": samples[-1][1] if samples else None,
        "pool.saturation_max": max(saturation for _, saturation in samples) if samples else None,
        "pool.time_above_warning_s": (
            held_seconds(samples, window.end, hold_ms, lambda sample: sample[1] >= warning) if samples else None
        ),
        "pool.consecutive_breaches": breaches,
        "alert.pool_pressure": breaches >= 3,
    }


def breaker(document, window):
    given = document.get("breaker", {})
    transitions = list(zip(given.get("t", []), given.get("state", [])))
    spent = {"CLOSED": 0, "OPEN": 0, "HALF_OPEN": 0}
    openings = 0
    for at, (t, state) in enumerate(transitions):
        until = exact(transitions[at + 1][0]) if at + 1 < len(transitions) else window.end
        spent[state] += max(0, min(until, window.end) - max(exact(t), window.start))
        before = transitions[at - 1][1] if at > 0 else "unknown"
        if window.start <= t < window.end and state == "OPEN" and before != "OPEN":
            openings += 1
    known = sum(spent.values())
    return {
        **{
            f"breaker.{state.lower()}_pct": Fraction(time) / known * 100 if known else None
            for state, time in spent.items()
        },
        "breaker.openings": openings,
    }


def cache(document, window):
    rows = window.rows(document, "cache", "l1_hits", "l2_hits", "misses")
    increases = [0, 0, 0]
    for before, after in zip(rows, rows[1:]):
        for at in range(3):
            old, new = exact(before[at + 1]), exact(after[at + 1])
            increases[at] += new if new < old else new - old
    total = sum(increases)
    names = ("cache.l1_hit_rate", "cache.l2_hit_rate", "cache.miss_rate")
    return {name: Fraction(own) / total if total else None for name, own in zip(names, increases)}


def processes(document, window, config):
    readings = {}
    for t, pid, rss in window.rows(document, "process", "pid", "rss_bytes"):
        readings.setdefault(t, []).append((pid, exact(rss)))
    totals = [(t, sum(rss for _, rss in samples)) for t, samples in sorted(readings.items())]
    total = totals[-1][1] if totals else None
    growth = slope(totals) * 3_600_000 if len(totals) > 1 else None
    limit = exact(config["rss_limit_bytes"])
    if total is None:
        hours = None
    elif total >= limit:
        hours = 0
    else:
        hours = None if growth is None or growth <= 0 else (limit - total) / growth
    return {
        "worker.count": len({pid for pid, _ in readings[totals[-1][0]]}) if totals else None,
        "worker.rss_total_bytes": total,
        "worker.rss_growth_bytes_per_h": growth,
        "worker.hours_to_limit": hours,
    }


def probe(document, window, config):
    rows = window.rows(document, "probe", "ok", "latency_ms", "reason")
    degraded = run_at_end(rows, lambda row: row[3])
    available = share(rows, lambda row: row[1])
    hold_ms = exact(config["hold_s"]) * 1000
    return {
        "probe.availability_pct": None if available is None else available * 100,
        "probe.latency_p95_ms": quantile(sorted(latency for _, ok, latency, _ in rows if ok), 95),
        "probe.degraded_s": held_seconds(rows, window.end, hold_ms, lambda row: row[3]) if rows else None,
        "probe.consecutive_failures": run_at_end(rows, lambda row: not row[1]),
        "alert.degraded_sustained": degraded > 0 and window.end - exact(rows[-degraded][0]) >= 300_000,
    }


def restarts(document, window, policy):
    given = document.get("restarts", {})
    columns = [given.get(name, []) for name in ("t_requested", "t_completed", "success")]
    attempts = [row for row in zip(*columns) if row[0] <= window.end]
    times = [exact(row[0]) for row in attempts]
    span = exact(policy["window_s"]) * 1000
    recent = sum(1 for t in times if window.end - t <= span)
    took = [exact(end) - exact(begin) for begin, end, success in attempts if success]
    gaps = [later - earlier for earlier, later in zip(times, times[1:])]
    cooldown = exact(policy["cooldown_s"]) - Fraction(window.end - times[-1]) / 1000 if times else 0
    return {
        "restart.count_in_window": recent,
        "restart.budget_left": max(0, policy["retry_budget"] - recent),
        "restart.max_churn": most_within(times, span),
        "restart.mttr_s": Fraction(sum(took)) / len(took) / 1000 if took else None,
        "restart.mtbf_s": Fraction(sum(gaps)) / len(gaps) / 1000 if gaps else None,
        "policy.cooldown_remaining_s": max(0, math.ceil(cooldown)),
        "alert.restart_churn": recent >= policy["churn_threshold"],
    }


def most_within(times, span):
    return max((sum(1 for t in times[at:] if t - begin <= span) for at, begin in enumerate(times)), default=0)


def measure(document):
    given = document.get("config", {})
    config = {**DEFAULTS, **given}
    policy = {**POLICY_DEFAULTS, **given.get("policy", {})}
    window = Window(document)
    values = {
        **requests(document, window, config),
        **pool(document, window, config),
        **breaker(document, window),
        **cache(document, window),
        **processes(document, window, config),
        **probe(document, window, config),
        **restarts(document, window, policy),
    }
    return {
        name: {"value": half_away(values[name], places), "places": places, "tolerance": tolerance}
        for name, (places, tolerance) in SPEC.items()
    }


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        print(json.dumps(measure(json.load(file))))
