"""SubmitJob: what is refused, and the job that comes of the rest."""

import copy
import json
import uuid
from typing import Any

from ..rate import Rate
from ..refusal import Refusal
from ..settings import settings
from . import definitions, lifecycle, queues, store
from .job import Job, now
from .limits import check_environment, check_fargate, check_retries, check_timeout
from .names import arn, client_error, short
from .names import checked as checked_name
from .parameters import substitute

PAYLOAD = 30 * 1024
"""Bytes of one SubmitJob request, the service's quota."""
_rate = Rate()


def submit(request: dict[str, Any]) -> dict[str, Any]:
    if not _rate.allows(settings.submit_rate):
        raise Refusal("TooManyRequestsException", "Too Many Requests", 429)
    checked_name(request["jobName"], "Job name")
    queue = queues.existing(request["jobQueue"])
    if queue["state"] == "DISABLED":
        raise client_error(f"Job Queue {queue['jobQueueArn']} is in DISABLED state.")
    definition = definitions.find(request["jobDefinition"])
    if definition is None:
        raise client_error(f"JobDefinition {request['jobDefinition']} does not exist or is not ACTIVE.")
    if len(json.dumps(request).encode()) > PAYLOAD:
        raise client_error(f"Job payload size must be at most {PAYLOAD // 1024} KiB.")
    check_retries(request.get("retryStrategy"))
    check_timeout(request.get("timeout"))
    check_environment((request.get("containerOverrides") or {}).get("environment"))
    size = (request.get("arrayProperties") or {}).get("size")
    if size is not None and not 2 <= size <= 10_000:
        raise client_error("Array size must be between 2 and 10000.")
    others = dependencies(request, size)

    described = detail(request, queue, definition)
    if "FARGATE" in described["platformCapabilities"]:
        check_fargate(described["container"]["resourceRequirements"])
    job = Job(described, queue, definition)
    store.jobs[job.id] = job
    job.move("SUBMITTED")
    if size is None:
        job.after = [other for other, _ in others]
        job.scope.task(lifecycle.live(job))
    else:
        spread(job, size, request, others)
        job.scope.task(lifecycle.live_as_array(job))
    return {"jobArn": job.detail["jobArn"], "jobName": request["jobName"], "jobId": job.id}


def dependencies(request: dict[str, Any], size: int | None) -> list[tuple[Job, str | None]]:
    """The jobs that the request names, with the kind of dependency."""
    named = request.get("dependsOn") or []
    if len(named) > 20:
        raise client_error("Job can have at most 20 dependencies.")
    found = []
    for each in named:
        kind = each.get("type")
        if kind and size is None:
            raise client_error(f"Dependency type {kind} is for array jobs.")
        if "jobId" not in each:
            if kind != "SEQUENTIAL":
                raise client_error("Dependency must have a jobId.")
            continue
        other = store.job(each["jobId"])
        if other is None:
            raise client_error(f"Job {each['jobId']} does not exist.")
        if kind == "N_TO_N" and len(other.children) != size:
            raise client_error("N_TO_N dependencies must have the same array size.")
        found.append((other, kind))
    return found


def spread(parent: Job, size: int, request: dict[str, Any], others: list[tuple[Job, str | None]]) -> None:
    """Makes an array's children, and ties each to what it depends on."""
    sequential = any(each.get("type") == "SEQUENTIAL" for each in request.get("dependsOn") or [])
    for index in range(size):
        own = copy.deepcopy(parent.detail)
        identifier = f"{parent.id}:{index}"
        own.update(jobId=identifier, jobArn=arn("job", identifier), arrayProperties={"index": index})
        child = Job(own, parent.queue, parent.definition)
        child.after = [other.children[index] if kind == "N_TO_N" else other for other, kind in others]
        if sequential and parent.children:
            child.after.append(parent.children[-1])
        parent.children.append(child)
        store.jobs[identifier] = child
        child.move("SUBMITTED")
        child.scope.task(lifecycle.live(child))
    parent.detail["arrayProperties"] = {"size": size}


def detail(request: dict[str, Any], queue: dict[str, Any], definition: dict[str, Any]) -> dict[str, Any]:
    """The job's detail as DescribeJobs shows it."""
    identifier = str(uuid.uuid4())
    parameters = {**definition["parameters"], **(request.get("parameters") or {})}
    inherited = definition["tags"] if definition.get("propagateTags") else {}
    shape = {
        "jobArn": arn("job", identifier),
        "jobName": request["jobName"],
        "jobId": identifier,
        "jobQueue": queue["jobQueueArn"],
        "status": "SUBMITTED",
        "attempts": [],
        "createdAt": now(),
        "retryStrategy": {"attempts": 1, "evaluateOnExit": []}
        | (definition.get("retryStrategy") or {})
        | (request.get("retryStrategy") or {}),
        "dependsOn": request.get("dependsOn") or [],
        "jobDefinition": definition["jobDefinitionArn"],
        "parameters": parameters,
        "container": container(definition["containerProperties"], request.get("containerOverrides") or {}, parameters),
        "tags": {**inherited, **(request.get("tags") or {})},
        "propagateTags": request.get("propagateTags", definition.get("propagateTags", False)),
        "platformCapabilities": definition["platformCapabilities"],
        "isCancelled": False,
        "isTerminated": False,
    }
    if timeout := request.get("timeout") or definition.get("timeout"):
        shape["timeout"] = timeout
    if "shareIdentifier" in request:
        shape["shareIdentifier"] = request["shareIdentifier"]
    return shape


def container(properties: dict[str, Any], overrides: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    """The properties with the overrides: lists are merged by name or type, the command is replaced."""
    merged = {**copy.deepcopy(properties), "networkInterfaces": []}
    merged["command"] = substitute(overrides.get("command") or properties["command"], parameters)
    for key, name in (("environment", "name"), ("resourceRequirements", "type")):
        entries = {entry[name]: entry for entry in [*properties[key], *overrides.get(key, [])]}
        merged[key] = list(entries.values())
    return merged


def describe(request: dict[str, Any]) -> dict[str, Any]:
    if len(request["jobs"]) > 100:
        raise client_error("Jobs can have at most 100 ids.")
    found = [store.job(short(reference)) for reference in request["jobs"]]
    return {"jobs": [job.shape() for job in found if job]}
