"""CancelJob, TerminateJob, and a host that goes away."""

from typing import Any

from ..refusal import Refusal
from . import store

BEFORE_START = ("SUBMITTED", "PENDING", "RUNNABLE")
FARGATE_SPOT = "Your Spot Task was interrupted."


def cancel(request: dict[str, Any]) -> dict[str, Any]:
    """Ends what has not started; the rest goes on, and the call succeeds all the same."""
    if job := store.job(request["jobId"]):
        for each in job.children or [job]:
            if each.status in BEFORE_START:
                each.stop(request["reason"], terminated=False)
        # An array's parent ends when its children have.
        if job.children and all(child.stopped or child.finished.is_set() for child in job.children):
            job.stop(request["reason"], terminated=False)
    return {}


def terminate(request: dict[str, Any]) -> dict[str, Any]:
    if job := store.job(request["jobId"]):
        job.stop(request["reason"], terminated=True)
    return {}


def interrupt(identifier: str, reason: str | None = None) -> dict[str, Any]:
    """Takes the host away under a running attempt, as Spot does."""
    found = [job for job in store.jobs.all_values() if job.id == identifier]
    if not found or found[0].status != "RUNNING":
        raise Refusal("Conflict", f"the job {identifier} does not run", 409)
    job = found[0]
    fargate = "FARGATE" in job.detail["platformCapabilities"]
    told = reason or (FARGATE_SPOT if fargate else f"Host EC2 (instance i-{job.id[:8]}{job.id[-9:]}) terminated.")
    job.interrupt(told)
    return {"jobId": job.id, "reason": told}
