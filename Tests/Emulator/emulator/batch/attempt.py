"""One attempt of a job: a container that is started, watched, and asked to end when it must."""

import asyncio
import uuid
from typing import Any

from ..containers import Container
from ..settings import settings
from . import execution_role, surroundings
from .cannot_start import CannotStart
from .job import Job, now
from .logs import LogStream, follow
from .retry import Ending

GRACE = 30
"""Seconds from SIGTERM to SIGKILL in ECS."""
TIMED_OUT = "Job attempt duration exceeded timeout"


async def run(job: Job, environment: dict[str, Any]) -> Ending:
    """Runs the attempt, and adds it to those of the job."""
    await job.unless_stopped(asyncio.sleep(settings.state_delay + settings.scaled(settings.task_start)))
    for key in ("exitCode", "reason", "logStreamName"):
        job.container.pop(key, None)
    job.container["taskArn"] = job.scope.arn("ecs", f"task/{environment['computeEnvironmentName']}/{uuid.uuid4().hex}")
    job.interrupting.clear()
    begun: dict[str, Any] = {}
    if job.stopped:
        ending = Ending(status_reason=job.stopped.reason, final=True)
    else:
        try:
            ending = await execute(job, environment, begun)
        except CannotStart as failure:
            ending = Ending(reason=failure.reason, status_reason=failure.status_reason)
    record(job, ending, begun)
    return ending


async def execute(job: Job, environment: dict[str, Any], begun: dict[str, Any]) -> Ending:
    number = len(job.detail["attempts"]) + 1
    container = Container()
    execution_role.check(job)
    with surroundings.granted(job) as credentials:
        variables = {**surroundings.variables(job, environment, number), **credentials}
        stream = LogStream.open(job)
        try:
            container.start(job.container["command"] or ["true"], variables)
        except OSError as error:
            container.discard()
            raise CannotStart(f"CannotStartContainerError: {error.strerror}: {error.filename}") from error
        begun["startedAt"] = now()
        job.detail.setdefault("startedAt", begun["startedAt"])
        if stream:
            job.container["logStreamName"] = stream.name
        job.move("RUNNING")
        following = asyncio.create_task(follow(container, stream))
        try:
            return await watch(job, container)
        finally:
            container.kill()
            await following
            await asyncio.to_thread(container.discard)


async def watch(job: Job, container: Container) -> Ending:
    """Waits for the container's end, or for a reason to end it."""
    ended = asyncio.create_task(container.ended())
    seconds = (job.detail.get("timeout") or {}).get("attemptDurationSeconds")
    expiry = settings.scaled(seconds) if seconds else None
    wishes = [asyncio.create_task(job.stopping.wait()), asyncio.create_task(job.interrupting.wait())]
    await asyncio.wait({ended, *wishes}, timeout=expiry, return_when=asyncio.FIRST_COMPLETED)
    for wish in wishes:
        wish.cancel()
    if ended.done():
        return Ending(exit_code=ended.result())
    container.terminate()
    done, _ = await asyncio.wait({ended}, timeout=settings.scaled(GRACE))
    if not done:
        container.kill()
    code = await ended
    if job.stopped:
        return Ending(code, status_reason=job.stopped.reason, final=True)
    if job.interrupting.is_set():
        # Of a host that is gone nothing is known; Fargate tells how the container ended.
        known = code if "FARGATE" in job.detail["platformCapabilities"] else None
        return Ending(known, status_reason=job.interruption or "")
    return Ending(code, status_reason=TIMED_OUT, final=True)


def record(job: Job, ending: Ending, begun: dict[str, Any]) -> None:
    """Adds the attempt to the job's, and what is known of its container to the job's container."""
    told = {"exitCode": ending.exit_code, "reason": ending.reason}
    job.container.update({key: value for key, value in told.items() if value is not None})
    keys = ("taskArn", "exitCode", "reason", "logStreamName", "networkInterfaces")
    job.detail["attempts"].append(
        {
            "container": {key: job.container[key] for key in keys if key in job.container},
            **begun,
            "stoppedAt": now(),
            "statusReason": ending.status_reason,
        }
    )
