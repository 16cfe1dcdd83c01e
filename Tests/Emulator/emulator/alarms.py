"""CloudWatch's alarms, which notify a topic only if the topic's policy lets them."""

from typing import Any

from ministack.core import iam_evaluator
from ministack.services import cloudwatch

from .permissions import policy_permits

PRINCIPAL = "cloudwatch.amazonaws.com"
ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
"""What an alarm does when it enters a state."""
_dispatch_alarm_actions = cloudwatch._dispatch_alarm_actions


def install() -> None:
    cloudwatch._dispatch_alarm_actions = dispatch


def dispatch(alarm: dict[str, Any], old_state: str, new_state: str, reason: str) -> None:
    key = ACTIONS[new_state]
    allowed = [action for action in alarm.get(key) or [] if may_notify(action, alarm["AlarmArn"])]
    _dispatch_alarm_actions({**alarm, key: allowed}, old_state, new_state, reason)


def may_notify(action: str, alarm: str) -> bool:
    if action.split(":")[2] != "sns":
        return True
    found = iam_evaluator._resource_policy("sns", action)
    return policy_permits(found[0] if found else None, PRINCIPAL, "sns:Publish", action, alarm)
