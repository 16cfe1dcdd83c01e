"""One emulator for all tests, and what most tests put into it."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.cloud import Cloud
from lab.emulator import Emulator


@pytest.fixture(scope="session")
def emulator():
    with Emulator() as running:
        yield running


@pytest.fixture
def cloud(emulator: Emulator, tmp_path: Path) -> Cloud:
    """The emulator with its settings as at the start, and no faults."""
    emulator.reset()
    return Cloud(emulator, tmp_path)


@pytest.fixture
def eventually():
    """`eventually(condition, what)` returns what the condition gives, once that is true. `within` is a watchdog."""

    def wait(condition: Callable, what: str, within: float = 60):
        deadline = time.monotonic() + within
        while not (value := condition()):
            assert time.monotonic() < deadline, f"never came: {what}"
            time.sleep(0.01)
        return value

    return wait


@pytest.fixture
def events(cloud: Cloud, eventually):
    """`events(source, count)` begins to listen; the function that it returns waits for so many events."""

    def listen(source: str, count: int) -> Callable[[], list[dict]]:
        name = cloud.unique("events")
        url, arn = cloud.message_queue()
        cloud.events.put_rule(Name=name, EventPattern=json.dumps({"source": [source]}))
        cloud.events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}])
        seen: list[dict] = []

        def receive() -> list[dict] | None:
            for message in cloud.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
                seen.append(json.loads(message["Body"]))
            return seen if len(seen) >= count else None

        return lambda: eventually(receive, f"{count} events of {source}")

    return listen


@pytest.fixture
def deploy(cloud, eventually):
    """`deploy(resources)` makes a stack of them: its name, its status, and what it said of failures."""

    def create(**resources: dict) -> tuple[str, str, str]:
        name = cloud.unique("stack")
        cloud.cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))

        def ended() -> str | None:
            status = cloud.cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
            return None if status.endswith("IN_PROGRESS") else status

        status = eventually(ended, "the end of the deployment")
        events = cloud.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        return name, status, " ".join(event.get("ResourceStatusReason", "") for event in events)

    return create
