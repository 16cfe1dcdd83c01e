"""Where jobs wait for vCPUs: a line for each queue, first in, first out, and the head blocks those behind it."""

import asyncio
from collections import Counter, deque
from typing import Any

from . import store
from .job import Job

TOO_LARGE = (
    "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement (vCPU/memory/GPU) is higher than that "
    "can be met by the CE(s) attached to the job queue."
)
NO_ENVIRONMENT = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - No compute environment of the queue is ENABLED."

_lines: dict[str, deque[tuple[Job, asyncio.Future]]] = {}
_used: Counter[str] = Counter()
_loop: asyncio.AbstractEventLoop | None = None


def install() -> None:
    global _loop
    _loop = asyncio.get_running_loop()


async def place(job: Job) -> dict[str, Any]:
    """Waits for room; the compute environment in which the job may start. `leave` gives the room back."""
    future: asyncio.Future = asyncio.get_running_loop().create_future()
    line = _lines.setdefault(job.queue["jobQueueArn"], deque())
    line.append((job, future))
    settle()
    try:
        return await future
    except asyncio.CancelledError:
        if future.done() and not future.cancelled():
            leave(job, future.result())
        # Others may stand behind the one that left the line.
        settle_soon()
        raise


def leave(job: Job, environment: dict[str, Any]) -> None:
    _used[environment["computeEnvironmentArn"]] -= job.vcpus
    settle_soon()


def settle_soon() -> None:
    """Looks for room again; from any thread."""
    if _loop is not None:
        _loop.call_soon_threadsafe(settle)


def settle() -> None:
    """Gives room to the heads of the lines, queues of high priority first."""
    for line in sorted((line for line in _lines.values() if line), key=lambda line: -line[0][0].queue["priority"]):
        while line:
            job, future = line[0]
            if not future.done():
                environment, obstacle = room(job)
                if environment is None:
                    if obstacle:
                        job.detail["statusReason"] = obstacle
                    break
                _used[environment["computeEnvironmentArn"]] += job.vcpus
                future.set_result(environment)
            line.popleft()


def room(job: Job) -> tuple[dict[str, Any] | None, str | None]:
    """The first compute environment of the queue that has room now; without one, why there can never be, if so."""
    order = sorted(job.queue["computeEnvironmentOrder"], key=lambda entry: entry["order"])
    names = [entry["computeEnvironment"].rpartition("/")[2] for entry in order]
    found = [store.environments.get_scoped(job.scope.account, job.scope.region, name) for name in names]
    enabled = [each for each in found if each and each["state"] == "ENABLED"]
    if not enabled:
        return None, NO_ENVIRONMENT
    for environment in enabled:
        if _used[environment["computeEnvironmentArn"]] + job.vcpus <= most(environment):
            return environment, None
    return None, TOO_LARGE if all(job.vcpus > most(each) for each in enabled) else None


def most(environment: dict[str, Any]) -> float:
    """The vCPUs that may be used at once."""
    return environment["computeResources"].get("maxvCpus", environment.get("unmanagedvCpus", 0))
