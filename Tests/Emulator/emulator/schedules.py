"""Schedules: looked at ten times a second, sped up by `time_scale`, and fired when a test says so."""

import time
from typing import Any

from ministack.services import eventbridge, scheduler

from .refusal import Refusal
from .settings import settings

SWEEP = 0.1
"""Seconds between two looks at the schedules."""
LONG_AGO = 10 * 366 * 86400
"""Seconds after which any schedule is due."""
_parse_rate_seconds = eventbridge._parse_rate_seconds


def install() -> None:
    eventbridge._SCHEDULER_TICK_INTERVAL = SWEEP
    scheduler._SCHEDULE_TICK_INTERVAL = SWEEP
    eventbridge._parse_rate_seconds = parse_rate_seconds


def parse_rate_seconds(expression: str) -> float | None:
    seconds = _parse_rate_seconds(expression)
    return None if seconds is None else settings.scaled(seconds)


def fire(name: str) -> dict[str, Any]:
    """Lets the rule fire as if its time had come, in whatever account and region it is."""
    keys = [key for key, rule in eventbridge._rules._data.items() if rule["Name"] == name]
    if not keys:
        raise Refusal("NotFound", f"there is no rule {name}", 404)
    for key in keys:
        rule = eventbridge._rules._data[key]
        if rule.get("State") != "ENABLED" or not rule.get("ScheduleExpression"):
            raise Refusal("Conflict", f"the rule {name} is disabled, or has no schedule", 409)
        eventbridge._rule_last_fired[key] = time.time() - LONG_AGO
    eventbridge._tick_scheduled_rules()
    return {"fired": len(keys)}
