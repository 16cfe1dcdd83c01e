"""Invocations of functions whose package is an image, in the place of MiniStack's container engine."""

import json
import time
from fnmatch import fnmatchcase
from typing import Any

from ministack.services import lambda_svc

from lab.runtime_api import Invocation

from ..settings import settings
from . import asynchronous, pool, sources
from .environment import Failure

_otherwise, _emit_metrics = lambda_svc._execute_function_dispatch, lambda_svc._emit_lambda_metrics


def install() -> None:
    lambda_svc._execute_function_dispatch = dispatch
    lambda_svc._emit_lambda_metrics = throttles_only
    lambda_svc.invoke_async_with_retry = asynchronous.invoke
    sources.install()
    lambda_svc._LAMBDA_STATE_TRANSITION_DELAY = 0.02


def throttles_only(name: str, duration_ms: float, error: bool, throttle: bool) -> None:
    """MiniStack counts the invocations of its API alone; here `dispatch` counts those of every source."""
    if throttle:
        _emit_metrics(name, duration_ms, error, throttle)


def dispatch(function: dict, config: dict[str, Any], event: Any, request_id: str, started: float) -> dict[str, Any]:
    """MiniStack's way to run an invocation; the answer is in its shape."""
    if config.get("PackageType") == "Image":
        result = run(config, event, request_id)
    else:
        result = _otherwise(function, config, event, request_id, started)
    milliseconds = (time.time() - started) * 1000
    _emit_metrics(config["FunctionName"], milliseconds, bool(result.get("error")), False)
    return result


def run(config: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
    executable = bootstrap(config["ImageUri"])
    if executable is None:
        message = f"no executable is set for the image {config['ImageUri']}"
        return failed({"errorType": "Runtime.InvalidEntrypoint", "errorMessage": message}, [])
    try:
        environment = pool.take(config, executable)
    except Failure as failure:
        return failed(failure.error, [])
    log, began = environment.log, time.monotonic()
    log.begin(request_id, config.get("Version", "$LATEST"))
    try:
        invocation = environment.invoke(json.dumps(event).encode(), request_id)
    except Failure as failure:
        log.write(failure.error["errorMessage"])
        lines = log.end(request_id, time.monotonic() - began)
        pool.drop(environment)
        return failed(failure.error, lines)
    lines = log.end(request_id, time.monotonic() - began)
    pool.give(environment)
    if invocation.error_type is not None:
        return failed(described(invocation), lines)
    return {**body(invocation.body), "log": "\n".join(lines)}


def bootstrap(image: str) -> str | None:
    """The executable that stands for the image."""
    found = (path for pattern, path in settings.functions.items() if fnmatchcase(image, pattern))
    return next(found, None)


def failed(error: dict[str, Any], lines: list[str]) -> dict[str, Any]:
    return {"body": error, "error": True, "log": "\n".join(lines)}


def described(invocation: Invocation) -> dict[str, Any]:
    """The handler's error as the invoker sees it."""
    try:
        document = json.loads(invocation.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {"errorMessage": invocation.body.decode(errors="replace")}
    return {"errorType": invocation.error_type or "Unknown", **document}


def body(response: bytes) -> dict[str, Any]:
    """JSON as it is, and anything else as the text that it is."""
    try:
        return {"body": json.loads(response)}
    except ValueError:
        return {"body": response.decode(errors="replace"), "raw_payload": True}
