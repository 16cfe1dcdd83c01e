"""Where jobs wait for vCPUs: a line for each queue, first in, first out, and the head blocks those behind it."""

import asyncio
from collections import Counter, deque
from typing import Any

from ..settings import settings
from . import store
from .job import Job

TOO_LARGE = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE"
TOO_LARGE_TEXT = "All compute environments have a maxVcpu setting that is smaller than the job requirements."

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
                environment = room(job)
                if environment is None:
                    if never_fits(job) and "statusReason" not in job.detail:
                        complain(job)
                    break
                _used[environment["computeEnvironmentArn"]] += job.vcpus
                future.set_result(environment)
            line.popleft()


def room(job: Job) -> dict[str, Any] | None:
    """The first compute environment of the queue that has room now."""
    fits = (each for each in enabled(job) if _used[each["computeEnvironmentArn"]] + job.vcpus <= most(each))
    return next(fits, None)


def never_fits(job: Job) -> bool:
    environments = enabled(job)
    return bool(environments) and all(job.vcpus > most(each) for each in environments)


def complain(job: Job) -> None:
    """Says why the head of a line can never start, and does what the queue says is to be done about it."""
    job.detail["statusReason"] = f"{TOO_LARGE} - {TOO_LARGE_TEXT}"
    for action in job.queue.get("jobStateTimeLimitActions") or []:
        if action["reason"] == TOO_LARGE:
            limit = settings.scaled(action["maxTimeSeconds"])
            asyncio.get_running_loop().call_later(limit, give_up, job, action["reason"])


def give_up(job: Job, reason: str) -> None:
    line = _lines[job.queue["jobQueueArn"]]
    if line and line[0][0] is job and never_fits(job):
        job.stop(reason, terminated=False)


def enabled(job: Job) -> list[dict[str, Any]]:
    """The queue's compute environments that take jobs, in the order in which they are tried."""
    order = sorted(job.queue["computeEnvironmentOrder"], key=lambda entry: entry["order"])
    names = [entry["computeEnvironment"].rpartition("/")[2] for entry in order]
    found = [store.environments.get_scoped(job.scope.account, job.scope.region, name) for name in names]
    return [each for each in found if each and each["state"] == "ENABLED"]


def most(environment: dict[str, Any]) -> float:
    """The vCPUs that may be used at once."""
    return environment["computeResources"].get("maxvCpus", environment.get("unmanagedvCpus", 0))
