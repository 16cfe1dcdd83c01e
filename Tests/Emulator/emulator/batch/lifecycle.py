"""A job's way from SUBMITTED to its end."""

import asyncio

from ..settings import settings
from . import attempt, scheduler, surroundings
from .job import Job
from .retry import Ending, again


async def live(job: Job) -> None:
    """The way of a job that runs: no array's parent."""
    if job.after:
        await pause(job)
        job.move("PENDING")
        if failure := await dependencies(job):
            job.move("FAILED", failure)
            return
    else:
        await pause(job)
    while not job.stopped:
        job.move("RUNNABLE")
        placing = asyncio.ensure_future(scheduler.place(job))
        if not await job.unless_stopped(placing):
            if placing.done() and not placing.cancelled():
                scheduler.leave(job, placing.result())
            break
        environment = placing.result()
        job.move("STARTING")
        if refused := surroundings.refused_by_ecs(job, environment):
            scheduler.leave(job, environment)
            job.move("FAILED", refused)
            return
        try:
            ending = await attempt.run(job, environment)
        finally:
            scheduler.leave(job, environment)
        if conclude(job, ending):
            return
    assert job.stopped is not None
    job.move("FAILED", job.stopped.reason)


def conclude(job: Job, ending: Ending) -> bool:
    """Ends the job, unless another attempt follows."""
    if again(ending, len(job.detail["attempts"]), job.detail["retryStrategy"]):
        return False
    job.move("SUCCEEDED" if ending.succeeded else "FAILED", ending.status_reason)
    return True


async def pause(job: Job) -> None:
    """The time that a job spends in a state that it only passes through."""
    await job.unless_stopped(asyncio.sleep(settings.state_delay))


async def dependencies(job: Job) -> str | None:
    """Waits for the jobs that must succeed first; why this one fails, if it does.

    A job in PENDING is cancelled only when the jobs it depends on have ended.
    """
    waiting = {asyncio.create_task(other.finished.wait()): other for other in job.after}
    while waiting:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if waiting.pop(task).status == "FAILED":
                for rest in waiting:
                    rest.cancel()
                return job.stopped.reason if job.stopped else "Dependent Job failed"
    return job.stopped.reason if job.stopped else None


async def live_as_array(parent: Job) -> None:
    """The way of an array's parent: PENDING until all children have ended."""
    await pause(parent)
    parent.move("PENDING")
    for child in parent.children:
        await child.finished.wait()
    failed = any(child.status == "FAILED" for child in parent.children)
    if failed:
        parent.move("FAILED", parent.stopped.reason if parent.stopped else "Array Child Job failed")
    else:
        parent.move("SUCCEEDED")
