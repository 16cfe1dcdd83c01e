"""Which resources an operation is checked against, where MiniStack names none or another than AWS.

From the Service Authorization Reference: Batch, CloudWatch Logs, ECR, Systems Manager, EventBridge.
"""

import contextvars
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from ministack.core import iam_actions

from .batch.definitions import find
from .scope import Scope

BATCH = {
    "computeEnvironment": "compute-environment",
    "computeEnvironmentName": "compute-environment",
    "jobQueue": "job-queue",
    "jobQueueName": "job-queue",
    "jobDefinition": "job-definition",
    "jobDefinitionName": "job-definition",
    "jobId": "job",
}
"""Kinds of resource by the member that names one."""
LOG_STREAM = {"GetLogEvents", "PutLogEvents", "DeleteLogStream"}
"""Checked against the stream; the other operations against the group."""

_more: contextvars.ContextVar[tuple[str, ...]] = contextvars.ContextVar("more_resources", default=())
_extract = iam_actions.extract_resource_arn


def install() -> None:
    iam_actions.extract_resource_arn = extract


def extract(
    service: str, method: str, path: str, headers: dict, body: bytes, query: dict, region: str, account: str
) -> str:
    """MiniStack's way to ask; it takes one, `take_more` has the others."""
    action = headers.get("x-amz-target", "").rpartition(".")[2]
    found = list(named(service, action, path, request(body), Scope(account, region)))
    _more.set(tuple(found[1:]))
    return found[0] if found else _extract(service, method, path, headers, body, query, region, account)


def take_more() -> tuple[str, ...]:
    """The other resources that the current request is checked against, once."""
    found = _more.get()
    _more.set(())
    return found


def request(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body) if body else {}
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def named(service: str, action: str, path: str, wish: dict[str, Any], scope: Scope) -> Iterable[str]:
    """The ARNs; none where MiniStack knows better."""
    if service == "batch":
        return batch(path, wish, scope)
    if service == "logs" and "logGroupName" in wish:
        stream = wish.get("logStreamName", "") if action in LOG_STREAM else ""
        return [scope.arn("logs", f"log-group:{wish['logGroupName']}:log-stream:{stream}")]
    if service == "ssm" and action == "GetParameters":
        return [parameter(name, scope) for name in wish.get("Names", [])]
    if service == "ssm" and action == "GetParametersByPath":
        return [parameter(wish.get("Path", ""), scope)]
    if service == "ecr" and (names := wish.get("repositoryNames") or [wish.get("repositoryName")])[0]:
        of = Scope(wish.get("registryId") or scope.account, scope.region)
        return [of.arn("ecr", f"repository/{name}") for name in names]
    if service == "ecr-public" and (name := wish.get("repositoryName")):
        return [f"arn:aws:ecr-public::{scope.account}:repository/{name}"]
    if service == "events" and wish.get("EventBusName", "default") == "default":
        # A rule of the default bus has no bus in its ARN.
        names = [wish[key] for key in ("Name", "Rule", "RuleName") if isinstance(wish.get(key), str)]
        return [scope.arn("events", f"rule/{name}") for name in names]
    return []


def batch(path: str, wish: dict[str, Any], scope: Scope) -> Iterable[str]:
    operation = path.rstrip("/").rpartition("/")[2].lower()
    if path.startswith("/v1/tags/"):
        return [unquote(path.removeprefix("/v1/tags/"))]
    if operation.startswith(("describe", "list")):
        return ["*"]
    found = [
        reference if reference.startswith("arn:") else scope.arn("batch", f"{kind}/{reference}")
        for key, kind in BATCH.items()
        if isinstance(reference := wish.get(key), str)
    ]
    if operation == "submitjob" and (definition := find(wish.get("jobDefinition") or "")):
        # By name alone, a definition stands for its newest revision: policies must cover both.
        found += [arn for arn in [definition["jobDefinitionArn"]] if arn not in found]
    for entry in wish.get("computeEnvironmentOrder") or []:
        found += list(batch(path, {"computeEnvironment": entry.get("computeEnvironment")}, scope))
    return found


def parameter(name: str, scope: Scope) -> str:
    return name if name.startswith("arn:") else scope.arn("ssm", f"parameter/{name.lstrip('/')}")
