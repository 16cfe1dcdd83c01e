"""Job queues."""

from typing import Any

from . import environments, scheduler, store
from .names import arn, checked, client_error, short
from .paging import page

CHANGEABLE = ("state", "priority", "schedulingPolicyArn", "jobStateTimeLimitActions")


def create(request: dict[str, Any]) -> dict[str, Any]:
    name = checked(request["jobQueueName"], "Job queue name")
    if name in store.queues:
        raise client_error(f"Object already exists: {name}")
    store.queues[name] = {
        "jobQueueName": name,
        "jobQueueArn": arn("job-queue", name),
        "state": request.get("state", "ENABLED"),
        "status": "VALID",
        "statusReason": "JobQueue Healthy",
        "priority": request["priority"],
        "computeEnvironmentOrder": order(request.get("computeEnvironmentOrder") or []),
        "jobQueueType": "ECS",
        "tags": request.get("tags") or {},
        **{key: request[key] for key in CHANGEABLE if key in request},
    }
    return identity(store.queues[name])


def update(request: dict[str, Any]) -> dict[str, Any]:
    queue = existing(request["jobQueue"])
    if "computeEnvironmentOrder" in request:
        queue["computeEnvironmentOrder"] = order(request["computeEnvironmentOrder"])
    queue.update({key: request[key] for key in CHANGEABLE if key in request})
    scheduler.settle_soon()
    return identity(queue)


def delete(request: dict[str, Any]) -> dict[str, Any]:
    queue = store.queues.get(short(request["jobQueue"]))
    if queue is None:
        return {}
    if queue["state"] != "DISABLED":
        raise client_error("Cannot delete, resource must be DISABLED first")
    for job in list(store.jobs.values()):
        if job.queue is queue:
            job.stop("Job queue was deleted.", terminated=True)
    del store.queues[queue["jobQueueName"]]
    return {}


def describe(request: dict[str, Any]) -> dict[str, Any]:
    wanted = {short(reference) for reference in request.get("jobQueues") or []}
    found = [each for name, each in store.queues.items() if not wanted or name in wanted]
    return page(found, request, 100, "jobQueues")


def existing(reference: str) -> dict[str, Any]:
    queue = store.queues.get(short(reference))
    if queue is None:
        raise client_error(f"Job Queue {reference} does not exist.")
    return queue


def order(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The order as it is kept: with the ARNs of environments that exist."""
    if not 1 <= len(entries) <= 3:
        raise client_error("computeEnvironmentOrder must have 1 to 3 compute environments.")
    return [
        {
            "order": entry["order"],
            "computeEnvironment": environments.existing(entry["computeEnvironment"])["computeEnvironmentArn"],
        }
        for entry in entries
    ]


def identity(queue: dict[str, Any]) -> dict[str, Any]:
    return {key: queue[key] for key in ("jobQueueName", "jobQueueArn")}
