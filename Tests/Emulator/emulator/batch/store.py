"""Everything that Batch knows, by account and region; nothing finished is forgotten while the emulator runs."""

from typing import TYPE_CHECKING, Any

from ministack.core.responses import AccountRegionScopedDict

if TYPE_CHECKING:
    from .job import Job

environments = AccountRegionScopedDict()
"""Compute environments by name, in the API's shape."""
queues = AccountRegionScopedDict()
"""Job queues by name, in the API's shape."""
definitions = AccountRegionScopedDict()
"""Revisions of job definitions by name, in the API's shape, oldest first."""
policies = AccountRegionScopedDict()
"""Scheduling policies by ARN, in the API's shape."""
jobs = AccountRegionScopedDict()
"""Jobs by id, children of arrays among them."""


def job(identifier: str) -> "Job | None":
    return jobs.get(identifier)


def reset() -> None:
    for each in (environments, queues, definitions, policies, jobs):
        each.clear()


def get_state() -> dict[str, Any]:
    """For MiniStack, which keeps nothing across runs here."""
    return {}
