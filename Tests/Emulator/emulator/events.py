"""Events that AWS's own services put on the default bus."""

import json
from collections.abc import Sequence
from typing import Any

from ministack.services import eventbridge, lambda_svc

from .settings import settings


def install() -> None:
    eventbridge._SCHEDULER_TICK_INTERVAL = 0.1
    eventbridge._parse_rate_seconds = _scaled(eventbridge._parse_rate_seconds)
    eventbridge._dispatch_to_lambda = _invoke_asynchronously


def emit(source: str, detail_type: str, detail: dict[str, Any], resources: Sequence[str] = ()) -> None:
    """Puts an event on the default bus of the current account and region."""
    entry = {
        "Source": source,
        "DetailType": detail_type,
        "Detail": json.dumps(detail),
        "Resources": list(resources),
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def _scaled(parse):
    def rate(expression: str) -> float | None:
        seconds = parse(expression)
        return None if seconds is None else settings.scaled(seconds)

    return rate


def _invoke_asynchronously(arn: str, payload: str) -> None:
    """EventBridge invokes functions asynchronously: with retries, and a destination for what still fails."""
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    if function and config:
        record = lambda_svc._execution_record_for_config(function, config)
        lambda_svc.invoke_async_with_retry(record, json.loads(payload))
