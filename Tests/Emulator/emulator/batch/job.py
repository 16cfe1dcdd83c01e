"""A job: its detail in the API's shape, its children if it is an array, and the wishes to stop it."""

import asyncio
import copy
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from .. import events
from ..scope import Scope

STATES = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")
SUMMARY = (
    "jobArn jobId jobName createdAt shareIdentifier status statusReason startedAt stoppedAt arrayProperties "
    "jobDefinition".split()
)


def now() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000)


@dataclass(frozen=True)
class Stop:
    reason: str
    terminated: bool


class Job:
    def __init__(self, detail: dict[str, Any], queue: dict[str, Any], definition: dict[str, Any]):
        self.scope = Scope.current()
        self.detail = detail
        self.queue = queue
        self.definition = definition
        self.children: list[Job] = []
        self.after: list[Job] = []
        """Jobs that must succeed before this one runs."""
        self.stopped: Stop | None = None
        self.stopping = asyncio.Event()
        self.interruption: str | None = None
        self.interrupting = asyncio.Event()
        self.finished = asyncio.Event()

    @property
    def id(self) -> str:
        return self.detail["jobId"]

    @property
    def status(self) -> str:
        return self.detail["status"]

    @property
    def is_child(self) -> bool:
        return "index" in self.detail.get("arrayProperties", {})

    @property
    def vcpus(self) -> float:
        for requirement in self.detail["container"].get("resourceRequirements", []):
            if requirement["type"] == "VCPU":
                return float(requirement["value"])
        return float(self.detail["container"].get("vcpus", 1))

    def move(self, status: str, reason: str | None = None, **changes: Any) -> None:
        """Enters a state, and says so on the event bus."""
        self.detail.update(changes, status=status)
        self.detail.pop("statusReason", None)
        if reason is not None:
            self.detail["statusReason"] = reason
        if status in ("SUCCEEDED", "FAILED"):
            self.detail["stoppedAt"] = now()
        self.scope.run(events.emit, "aws.batch", "Batch Job State Change", self.shape(), [self.detail["jobArn"]])
        if status in ("SUCCEEDED", "FAILED"):
            self.finished.set()

    def stop(self, reason: str, terminated: bool) -> None:
        """Asks the job to end; the first reason stays."""
        for job in [self, *self.children]:
            if job.stopped is None and not job.finished.is_set():
                job.stopped = Stop(reason, terminated)
                job.detail["isTerminated" if terminated else "isCancelled"] = True
                job.stopping.set()

    def interrupt(self, reason: str) -> None:
        """The host goes away under the running attempt."""
        self.interruption = reason
        self.interrupting.set()

    async def unless_stopped(self, work: Awaitable) -> bool:
        """Waits for the work; False if the job was stopped first, and then the work is cancelled."""
        task = asyncio.ensure_future(work)
        stopping = asyncio.create_task(self.stopping.wait())
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if self.stopping.is_set():
            task.cancel()
            return False
        return True

    def shape(self) -> dict[str, Any]:
        """As DescribeJobs shows it."""
        shape = copy.deepcopy(self.detail)
        if self.children:
            summary = dict.fromkeys(STATES, 0)
            for child in self.children:
                summary[child.status] += 1
            shape["arrayProperties"] |= {"statusSummary": summary, "statusSummaryLastUpdatedAt": now()}
        return shape

    def summary(self) -> dict[str, Any]:
        """As ListJobs shows it."""
        summary = {key: self.detail[key] for key in SUMMARY if key in self.detail}
        container = {key: self.detail["container"][key] for key in ("exitCode", "reason") if key in self.container}
        return {**summary, "container": container} if container else summary

    @property
    def container(self) -> dict[str, Any]:
        return self.detail["container"]
