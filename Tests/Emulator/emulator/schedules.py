"""A scheduled rule that a test lets fire at once."""

import time
from typing import Any

from ministack.services import eventbridge

from .refusal import Refusal


def fire(name: str) -> dict[str, Any]:
    """Lets the rule fire as if its time had come, in whatever account and region it is."""
    keys = [key for key, rule in eventbridge._rules._data.items() if rule["Name"] == name]
    if not keys:
        raise Refusal("NotFound", f"there is no rule {name}", 404)
    for key in keys:
        rule = eventbridge._rules._data[key]
        if rule.get("State") != "ENABLED" or not rule.get("ScheduleExpression"):
            raise Refusal("Conflict", f"the rule {name} is disabled, or has no schedule", 409)
        # Long ago: an interval has passed since, whatever it is.
        eventbridge._rule_last_fired[key] = time.time() - 10 * 366 * 86400
    eventbridge._tick_scheduled_rules()
    return {"fired": len(keys)}
