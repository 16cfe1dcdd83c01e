"""An execution environment: a bootstrap process that handles one invocation after the other."""

import os
import threading
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from ministack.services import lambda_svc

from lab.runtime_api import Invocation, RuntimeAPI

from .. import identity
from ..containers import Container
from ..scope import Scope
from ..settings import settings
from .log import FunctionLog

INIT_SECONDS = 10
"""Lambda's limit on the start of a bootstrap."""


class Failure(Exception):
    """The environment failed, not the handler; it is of no more use."""

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.error = {"errorType": kind, "errorMessage": message}


class Environment:
    def __init__(self, config: dict[str, Any], executable: str):
        self.config = config
        self.busy = True
        self.api = RuntimeAPI()
        self.container = Container()
        self.log = FunctionLog(config)
        self.name = config["FunctionName"]
        command = [executable, *words(config)]
        try:
            self.container.start(command, self.variables(command))
        except (OSError, identity.CannotAssume) as error:
            self.close()
            raise Failure("Runtime.InvalidEntrypoint", f"RequestId: - Error: {error}") from error
        threading.Thread(target=self.pump, daemon=True).start()

    def variables(self, command: list[str]) -> dict[str, str]:
        scope, config = Scope.current(), self.config
        found = {
            "PATH": os.environ.get("PATH", os.defpath),
            "TZ": ":UTC",
            "AWS_REGION": scope.region,
            "AWS_DEFAULT_REGION": scope.region,
            **settings.environment,
            **lambda_svc._runtime_env_vars(config),
            **identity.function_credentials(config),
            "AWS_EXECUTION_ENV": "AWS_Lambda_Image",
            "AWS_LAMBDA_RUNTIME_API": self.api.host,
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_FORMAT": "JSON" if self.log.json else "Text",
            "AWS_LAMBDA_LOG_GROUP_NAME": self.log.group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.log.stream,
            "LAMBDA_TASK_ROOT": "/var/task",
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
        }
        # As the Runtime Interface Emulator does: the last word after the entry point is the handler.
        if len(command) > 1:
            found["_HANDLER"] = command[-1]
        return found

    def pump(self) -> None:
        assert self.container.process is not None and self.container.process.stdout is not None
        for line in self.container.process.stdout:
            self.log.write(line.decode(errors="replace").rstrip("\r\n"))

    def invoke(self, event: bytes, request_id: str) -> Invocation:
        """Hands the event over and waits for the answer. Failure when there will be none."""
        limit = self.config.get("Timeout", 3)
        if not self.api.polled.is_set():
            self.await_start(request_id)
        trace = f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Parent={uuid.uuid4().hex[:16]};Sampled=0"
        invocation = self.api.put(Invocation(event, limit, trace, request_id, self.config["FunctionArn"]))
        deadline = time.monotonic() + limit
        while not invocation.over.wait(0.01):
            if self.exit_status() is not None and not invocation.over.wait(0.05):
                raise Failure("Runtime.ExitError", self.ended(request_id))
            if time.monotonic() >= deadline:
                at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
                raise Failure("Sandbox.Timedout", f"{at} {request_id} Task timed out after {limit:.2f} seconds")
        return invocation

    def await_start(self, request_id: str) -> None:
        deadline = time.monotonic() + INIT_SECONDS
        while not self.api.polled.wait(0.005):
            if error := self.api.init_error:
                raise Failure(error.get("errorType", "Unknown"), error.get("errorMessage", ""))
            if self.exit_status() is not None:
                raise Failure("Runtime.ExitError", self.ended(request_id))
            if time.monotonic() >= deadline:
                raise Failure("Sandbox.Timedout", f"RequestId: {request_id} Error: Init timed out")

    def exit_status(self) -> int | None:
        assert self.container.process is not None
        return self.container.process.poll()

    def ended(self, request_id: str) -> str:
        status = self.exit_status() or 0
        how = f"exit status {status}" if status >= 0 else f"signal: {-status}"
        return f"RequestId: {request_id} Error: Runtime exited with error: {how}"

    def close(self) -> None:
        self.container.kill()
        self.api.close()
        self.container.discard()


def words(config: dict[str, Any]) -> list[str]:
    """What follows the executable: the rest of the entry point, then the command, of the image's configuration."""
    image = (config.get("ImageConfigResponse") or {}).get("ImageConfig") or {}
    return [*(image.get("EntryPoint") or [])[1:], *(image.get("Command") or [])]
