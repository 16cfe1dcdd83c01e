"""Invocations of functions whose package is an image, in the place of MiniStack's container engine."""

import json
import time
from fnmatch import fnmatchcase
from typing import Any

from ministack.services import lambda_svc

from ..settings import settings
from . import pool
from .environment import Failure

_otherwise = lambda_svc._execute_function_dispatch


def install() -> None:
    lambda_svc._execute_function_dispatch = dispatch
    # Lambda waits one minute before the first retry of an asynchronous invocation, and two before the second.
    lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS = 60
    lambda_svc._LAMBDA_ASYNC_RETRY_MAX_SECONDS = 300
    lambda_svc._LAMBDA_STATE_TRANSITION_DELAY = 0.02


def dispatch(function: dict, config: dict[str, Any], event: Any, request_id: str, started: float) -> dict[str, Any]:
    """MiniStack's way to run an invocation; the answer is in its shape."""
    if config.get("PackageType") != "Image":
        return _otherwise(function, config, event, request_id, started)
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
        log.end(request_id, time.monotonic() - began, config.get("MemorySize", 128))
        pool.drop(environment)
        return failed(failure.error, log.lines)
    log.end(request_id, time.monotonic() - began, config.get("MemorySize", 128))
    lines = list(log.lines)
    pool.give(environment)
    if invocation.error is not None:
        return failed(invocation.error, lines)
    return {**body(invocation.response or b""), "log": "\n".join(lines)}


def bootstrap(image: str) -> str | None:
    """The executable that stands for the image."""
    found = (path for pattern, path in settings.functions.items() if fnmatchcase(image, pattern))
    return next(found, None)


def failed(error: dict[str, Any], lines: list[str]) -> dict[str, Any]:
    return {"body": error, "error": True, "log": "\n".join(lines)}


def body(response: bytes) -> dict[str, Any]:
    """JSON as it is, and anything else as the text that it is."""
    try:
        return {"body": json.loads(response)}
    except ValueError:
        return {"body": response.decode(errors="replace"), "raw_payload": True}
