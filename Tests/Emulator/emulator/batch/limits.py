"""What Batch refuses about retries, time-outs and the size of containers. Limits: the Batch API reference."""

import re
from typing import Any

from .names import client_error

FARGATE_MEMORY = {
    0.25: (512, 1024, 2048),
    0.5: (1024, 2048, 3072, 4096),
    1: tuple(range(2048, 8192 + 1, 1024)),
    2: tuple(range(4096, 16384 + 1, 1024)),
    4: tuple(range(8192, 30720 + 1, 1024)),
    8: tuple(range(16384, 61440 + 1, 4096)),
    16: tuple(range(32768, 122880 + 1, 8192)),
}
"""MiB that each number of vCPUs allows."""


PATTERNS = {
    "onStatusReason": re.compile(r"[A-Za-z0-9.:\s]{0,511}\*?"),
    "onReason": re.compile(r"[A-Za-z0-9.:\s]{0,511}\*?"),
    "onExitCode": re.compile(r"[0-9]{0,511}\*?"),
}
"""What the conditions of evaluateOnExit may be made of: an asterisk stands at the end only."""


def check_definition(request: dict[str, Any]) -> None:
    check_retries(request.get("retryStrategy"))
    check_timeout(request.get("timeout"))
    properties = request["containerProperties"]
    check_environment(properties.get("environment"))
    if not properties.get("image"):
        raise client_error("Container image is required.")
    if "FARGATE" in (request.get("platformCapabilities") or []):
        if not properties.get("executionRoleArn"):
            raise client_error("executionRoleArn is required for Fargate jobs.")
        check_fargate(properties.get("resourceRequirements") or [])


def check_retries(strategy: dict[str, Any] | None) -> None:
    if not strategy:
        return
    if not 1 <= strategy.get("attempts", 1) <= 10:
        raise client_error("RetryStrategy attempts must be between 1 and 10.")
    rules = strategy.get("evaluateOnExit") or []
    if rules and "attempts" not in strategy:
        raise client_error("RetryStrategy attempts must be specified with evaluateOnExit.")
    if len(rules) > 5:
        raise client_error("evaluateOnExit can have at most 5 objects.")
    for rule in rules:
        for condition, pattern in PATTERNS.items():
            if condition in rule and not pattern.fullmatch(rule[condition]):
                raise client_error("Evaluate on exit condition contains restricted characters")


def check_timeout(timeout: dict[str, Any] | None) -> None:
    if timeout and timeout.get("attemptDurationSeconds", 60) < 60:
        raise client_error("Timeout must be at least 60 seconds.")


def check_environment(variables: list[dict[str, Any]] | None) -> None:
    for variable in variables or []:
        if variable.get("name", "").startswith("AWS_BATCH"):
            raise client_error("Environment variables cannot start with AWS_BATCH.")


def check_fargate(requirements: list[dict[str, str]]) -> None:
    sizes = {each["type"]: each["value"] for each in requirements}
    if missing := {"VCPU", "MEMORY"} - sizes.keys():
        raise client_error(f"resourceRequirements must have {' and '.join(sorted(missing))} for Fargate.")
    cpus, memory = float(sizes["VCPU"]), int(sizes["MEMORY"])
    if memory not in FARGATE_MEMORY.get(cpus, ()):
        raise client_error(f"Fargate resource requirements ({cpus:.2f} vCPU, {memory} MiB) not valid.")
