"""The account and region that work is done for: MiniStack keeps them in context variables."""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from ministack.core import responses

# The event loop itself keeps its tasks by weak references only.
_tasks: set[asyncio.Task] = set()


@dataclass(frozen=True)
class Scope:
    account: str
    region: str

    @staticmethod
    def current() -> "Scope":
        return Scope(responses.get_account_id(), responses.get_region())

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def context(self) -> contextvars.Context:
        context = contextvars.Context()
        context.run(responses.set_request_account_id, self.account)
        context.run(responses.set_request_region, self.region)
        return context

    def run(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Calls the function as a request of this account and region would."""
        return self.context().run(function, *arguments, **named)

    async def task_of(self, work: Coroutine) -> Any:
        """What work comes to that is done as a request of this account and region would be."""
        return await asyncio.create_task(work, context=self.context())

    def task(self, work: Coroutine) -> asyncio.Task:
        """Starts work that nobody waits for; a failure of it is a fault of the emulator, and is logged."""
        task = asyncio.create_task(work, context=self.context())
        _tasks.add(task)
        task.add_done_callback(ended)
        return task


def ended(task: asyncio.Task) -> None:
    _tasks.discard(task)
    if not task.cancelled() and (error := task.exception()):
        logging.getLogger("emulator").error("%s failed", task.get_coro(), exc_info=error)
