"""AWS on loopback: starts `Tests/Emulator` in its own virtual environment, and speaks to its control endpoints."""

import contextlib
import json
import os
import selectors
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from .processes import die_with_parent, processes_with, stop

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PYTHON = REPOSITORY / ".venv/emulator/bin/python"
MARK = "ECRMIRROR_EMULATOR"
APART = {"profile": None, "config_file": os.devnull, "credentials_file": os.devnull}
# Seconds after which a start counts as hung: a watchdog, far above the one that it takes.
HUNG = 60


class Emulator:
    """A running emulator; keyword arguments are its settings (`Tests/Emulator/README.md`).

    With `real_names` it is AWS under its real names too: for programs with the variables `self.real_names`.
    """

    def __init__(self, region: str = "us-east-1", port: int = 0, real_names: bool = False, **settings: Any):
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (open as long as the emulator)
        # Making one takes longer than a call.
        self.clients: dict[tuple, Any] = {}
        options = ["--region", region, "--port", str(port), "--until-stdin-closes"]
        self.process = subprocess.Popen(
            [PYTHON, "-m", "emulator", *options, *(["--real-names"] if real_names else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            preexec_fn=die_with_parent,
        )
        try:
            ready = json.loads(self._first_line())
            self.endpoint: str = ready["endpoint"]
            self.port: int = ready["port"]
            self.account: str = ready["account"]
            self.region: str = ready["region"]
            self.admin: dict[str, str] = ready["admin"]
            self.real_names: dict[str, str] = ready.get("realNames", {})
            if settings:
                self.set(**settings)
        except BaseException:
            stop(self.process)
            raise

    def _first_line(self) -> str:
        assert self.process.stdout is not None
        deadline, text = time.monotonic() + HUNG, b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not text.endswith(b"\n"):
                if not selector.select(max(0, deadline - time.monotonic())):
                    raise RuntimeError(f"the emulator does not start\n{self.said()}")
                part = os.read(self.process.stdout.fileno(), 65536)
                if not part:
                    raise RuntimeError(f"the emulator ended with {self.process.wait(HUNG)}\n{self.said()}")
                text += part
        return text.decode()

    def said(self) -> str:
        """What it wrote to standard error so far."""
        with open(f"/proc/self/fd/{self.errors.fileno()}") as text:
            return text.read()

    # The programs under test.

    def environment(self, credentials: dict[str, str] | None = None) -> dict[str, str]:
        """The variables with which an AWS client finds the emulator; the credentials are the administrator's."""
        granted = credentials or self.admin
        token = granted.get("sessionToken")
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_ACCESS_KEY_ID": granted["accessKeyId"],
            "AWS_SECRET_ACCESS_KEY": granted["secretAccessKey"],
            **({"AWS_SESSION_TOKEN": token} if token else {}),
            "AWS_EC2_METADATA_DISABLED": "true",
            **self.real_names,
        }

    def client(self, service: str, credentials: dict[str, str] | None = None, region: str | None = None, **options):
        """A boto3 client of the administrator's, or with the given credentials; it does not retry."""
        import boto3
        from botocore.config import Config
        from botocore.session import Session

        granted = credentials or self.admin
        key = (service, granted["accessKeyId"], region, *sorted(options.items()))
        if key not in self.clients:
            # Neither profile nor files of whoever runs this.
            apart = Session({name: (None, None, value, None) for name, value in APART.items()})
            self.clients[key] = boto3.session.Session(botocore_session=apart).client(
                service,
                endpoint_url=self.endpoint,
                region_name=region or self.region,
                aws_access_key_id=granted["accessKeyId"],
                aws_secret_access_key=granted["secretAccessKey"],
                aws_session_token=granted.get("sessionToken"),
                config=Config(retries={"total_max_attempts": 1}, **options),
            )
        return self.clients[key]

    # The control endpoints.

    def control(self, method: str, path: str, wish: dict[str, Any] | None = None) -> Any:
        """Calls `/_emulator/PATH`; RuntimeError with its sentence when it refuses."""
        body = None if wish is None else json.dumps(wish).encode()
        request = urllib.request.Request(f"{self.endpoint}/_emulator/{path}", body, method=method)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=HUNG) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {json.load(error)['message']}") from None

    def set(self, **settings: Any) -> dict[str, Any]:
        """Changes settings; the paths among them may be `Path`s."""
        return self.control("POST", "settings", json.loads(json.dumps(settings, default=str)))

    def reset(self, **settings: Any) -> None:
        """The settings as at the start but for those given; no faults, no counts, no denials."""
        self.control("DELETE", "settings")
        self.clear_faults()
        self.clear_requests()
        self.clear_denials()
        if settings:
            self.set(**settings)

    def fault(self, operation: str, **wish: Any) -> None:
        """Asks for a fault: `fault("batch:SubmitJob", status=503, times=2)`."""
        self.control("POST", "faults", {"operation": operation, **wish})

    def faults(self) -> list[dict[str, Any]]:
        return self.control("GET", "faults")["faults"]

    def clear_faults(self) -> None:
        self.control("DELETE", "faults")

    def requests(self) -> dict[str, int]:
        """How often each operation was called: `{"batch:SubmitJob": 3}`."""
        return self.control("GET", "requests")["requests"]

    def peaks(self) -> dict[str, int]:
        """How often each operation was called within one second, at most."""
        return self.control("GET", "requests")["peaks"]

    def read_units(self) -> float:
        """What was read of DynamoDB's tables, in the units of its bill."""
        return self.control("GET", "requests")["readUnits"]

    def clear_requests(self) -> None:
        self.control("DELETE", "requests")

    def denials(self) -> list[dict[str, Any]]:
        """What IAM refused: principal, action, resource."""
        return self.control("GET", "denials")["denials"]

    def clear_denials(self) -> None:
        self.control("DELETE", "denials")

    def misfits(self) -> list[str]:
        """Requests, and answers to the programs, that did not fit AWS's models."""
        return self.control("GET", "misfits")["misfits"]

    def clear_misfits(self) -> None:
        """For a test that sends them on purpose; any others make `close` fail."""
        self.control("DELETE", "misfits")

    def expire_credentials(self) -> int:
        """Ends the life of all temporary credentials that jobs and functions have; how many there were."""
        return self.control("POST", "credentials/expire", {})["expired"]

    def sweep_tables(self) -> int:
        """Deletes the rows whose time to live is over; how many there were."""
        return self.control("POST", "tables/sweep", {})["deleted"]

    def sweep_images(self, days: float = 0) -> dict[str, list[str]]:
        """Carries out the lifecycle policies of all repositories, as though so many days had passed.

        The images that `expired` and that were `archived`, as `NAME@DIGEST`.
        """
        return self.control("POST", "images/sweep", {"days": days})

    def fire(self, rule: str) -> None:
        """Lets a scheduled rule fire now."""
        self.control("POST", "schedules/fire", {"rule": rule})

    def interrupt(self, job: str, reason: str | None = None) -> None:
        """Takes a running job's host away, as Spot does."""
        self.control("POST", "jobs/interrupt", {"jobId": job, "reason": reason})

    # The end.

    def processes(self) -> list[int]:
        """Ids of the live processes of jobs and functions."""
        return processes_with(MARK, self.endpoint)

    def close(self) -> None:
        """Ends the emulator; RuntimeError if it does not end well, leaves something behind, or was asked what AWS
        would have refused."""
        assert self.process.stdin is not None and self.process.stdout is not None
        misfits = self.misfits() if self.process.poll() is None else []
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            status = self.process.wait(HUNG)
        except subprocess.TimeoutExpired:
            stop(self.process)
            raise RuntimeError(f"the emulator did not end\n{self.said()}") from None
        self.process.stdout.close()
        if status or self.processes() or "ERROR [emulator]" in self.said():
            raise RuntimeError(f"the emulator ended with {status}, left {self.processes()}\n{self.said()}")
        if misfits:
            raise RuntimeError("what AWS would not have taken or answered:\n" + "\n".join(misfits))

    def __enter__(self) -> "Emulator":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
