"""SQS messages that were received come again after their visibility timeout, sooner by `time_scale`."""

from typing import Any

from ministack.services import sqs

from .settings import settings

_collect_msgs = sqs._collect_msgs


def install() -> None:
    sqs._collect_msgs = collect


def collect(queue: dict[str, Any], most: int, visibility_timeout: float) -> list[dict[str, Any]]:
    return _collect_msgs(queue, most, settings.scaled(visibility_timeout))
