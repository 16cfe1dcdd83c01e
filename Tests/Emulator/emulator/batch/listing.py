"""ListJobs."""

from collections.abc import Callable
from typing import Any

from . import queues, store
from .job import Job
from .names import client_error, short
from .paging import page


def list_jobs(request: dict[str, Any]) -> dict[str, Any]:
    if sum(key in request for key in ("jobQueue", "arrayJobId", "multiNodeJobId")) != 1:
        raise client_error("Exactly one of jobQueue, arrayJobId and multiNodeJobId must be given.")
    if "jobQueue" in request:
        queue = queues.existing(request["jobQueue"])
        jobs = [job for job in store.jobs.values() if job.queue is queue and not job.is_child]
    else:
        parent = store.job(request.get("arrayJobId") or request["multiNodeJobId"])
        jobs = parent.children if parent else []
    filters = request.get("filters")
    if not filters or "arrayJobId" in request:
        status = request.get("jobStatus", "RUNNING")
        return answer([job for job in jobs if job.status == status], request, 1000)
    if len(filters) > 1:
        raise client_error("Only one filter can be used at a time.")
    wanted = matcher(filters[0])
    found = sorted((job for job in jobs if wanted(job)), key=lambda job: -job.detail["createdAt"])
    return answer(found, request, 100)


def answer(jobs: list[Job], request: dict[str, Any], most: int) -> dict[str, Any]:
    shown = page(jobs, request, most, "jobSummaryList")
    return {**shown, "jobSummaryList": [job.summary() for job in shown["jobSummaryList"]]}


def matcher(wish: dict[str, Any]) -> Callable[[Job], bool]:
    """Whether a job is one that the filter wants: any of its values may fit."""
    test = TESTS.get(wish.get("name", ""))
    values = wish.get("values") or []
    if test is None:
        raise client_error(f"Filter name must be one of {', '.join(TESTS)}.")
    if not values:
        raise client_error("Filter must have values.")
    try:
        return lambda job: any(test(job, value) for value in values)
    except ValueError as error:
        raise client_error("Filter value must be a number.") from error


def by_name(job: Job, value: str) -> bool:
    name, wanted = job.detail["jobName"].lower(), value.lower()
    return name.startswith(wanted[:-1]) if wanted.endswith("*") else name == wanted


def by_definition(job: Job, value: str) -> bool:
    used, wanted = short(job.detail["jobDefinition"]), short(value)
    if wanted.endswith("*"):
        return used.startswith(wanted[:-1])
    return wanted in (used, used.partition(":")[0])


def by_share(job: Job, value: str) -> bool:
    return job.detail.get("shareIdentifier") == value


TESTS: dict[str, Callable[[Job, str], bool]] = {
    "JOB_NAME": by_name,
    "JOB_DEFINITION": by_definition,
    "BEFORE_CREATED_AT": lambda job, value: job.detail["createdAt"] < int(value),
    "AFTER_CREATED_AT": lambda job, value: job.detail["createdAt"] > int(value),
    "SHARE_IDENTIFIER": by_share,
}
