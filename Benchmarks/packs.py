"""A run over small images that are all missing, on an emulated stack: a task for each, and tasks that work off a list.

A task takes half a minute to start, as on Fargate, passed `SCALE` times faster; copies are real, and take what they
take here. Two processors stand for the eight that the tasks would have: where copies wait for them, AWS is faster.
"""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from results import Results

from lab.client import Client
from lab.cloud import Cloud
from lab.emulator import Emulator
from lab.images import make_image
from lab.stack import Stack

SCALE = 3
START = 30  # seconds in AWS
VCPUS = 8
# us-east-1, on demand: https://aws.amazon.com/fargate/pricing/
VCPU_HOUR, GB_HOUR = 0.04048, 0.004445


class Packs:
    def __init__(self, programs: Path, folder: Path, results: Results, source: str, destination: str):
        self.programs, self.folder, self.results = programs, folder, results
        self.source, self.destination = source, destination

    def measure(self, count: int) -> None:
        client = Client(self.source)
        names = [f"packs/{number}" for number in range(count)]
        for name in names:
            client.push(make_image(name, layer_bytes=20_000), name, "1.0")
        alone = self.fill("alone", names, self.each)
        packed = self.fill("packed", names, self.run)
        told = [f"{tasks} tasks, {seconds:.0f} s, ${dollars:.3f}" for tasks, seconds, dollars in (packed, alone)]
        fewer, faster, cheaper = (a / b for a, b in zip(alone, packed, strict=True))
        self.results.add(
            "packs",
            f"{count} small images into an empty registry in AWS, {VCPUS} vCPUs, tasks that start in {START} s",
            told[0],
            beside=f"a task for each: {told[1]}; {fewer:.0f} times the tasks, {cheaper:.0f} times the price",
            ratio=faster,
            bound="10 times fewer tasks, 5 times less time",
            met=fewer >= 10 and faster >= 5,
        )

    def fill(self, where: str, names: list[str], begin: Callable[[Stack], None]) -> tuple[int, float, float]:
        """Tasks that were started, seconds of AWS's time from the first submission to the last end, and USD."""
        images = {"*ecrmirror*": str(self.programs)}
        functions = {"*ecrmirror*": str(self.programs / "ecrmirror-lambda")}
        with Emulator(images=images, functions=functions, time_scale=SCALE) as emulator:
            stack = Stack(Cloud(emulator, self.folder), Schedule="none", MirrorOnPush="false", MaxVcpus=str(VCPUS))
            stack.put_rows(
                {"Source": {"S": f"{self.source}/{n}:1.0"}, "Destination": {"S": f"{self.destination}/{where}/{n}"}}
                for n in names
            )
            emulator.set(task_start=START)
            begin(stack)
            stack.until_idle(within=3600)
            jobs = [summary["jobId"] for summary in stack.jobs()]
            details = [
                job
                for start in range(0, len(jobs), 100)
                for job in stack.cloud.batch.describe_jobs(jobs=jobs[start : start + 100])["jobs"]
            ]
            assert {job["status"] for job in details} == {"SUCCEEDED"}
            assert all(Client(self.destination).digest(f"{where}/{name}", "1.0") for name in names)
            began = min(job["createdAt"] for job in details)
            ended = max(job["stoppedAt"] for job in details)
            return len(details), (ended - began) / 1000 * SCALE, sum(map(price, details))

    def run(self, stack: Stack) -> None:
        """As the timer does: the control job's own start is not counted, as it was there before."""
        answer = stack.cloud.lambda_.invoke(
            FunctionName=stack.settings["scheduleFunction"], Payload=json.dumps({"id": "packs"})
        )
        assert json.load(answer["Payload"])["started"]

    def each(self, stack: Stack) -> None:
        """As a person asks for all of them: a job for each."""
        environment = {**stack.environment(), "PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LOG_LEVEL": "error"}
        command = [str(self.programs / "ecrmirror"), "mirror", "--all", "--no-wait"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def price(job: dict) -> float:
    """USD of a job's tasks: from the beginning of their start to their end, a minute each at least."""
    sizes = {each["type"]: float(each["value"]) for each in job["container"]["resourceRequirements"]}
    rate = sizes["VCPU"] * VCPU_HOUR + sizes["MEMORY"] / 1024 * GB_HOUR
    seconds = [START + (one["stoppedAt"] - one["startedAt"]) / 1000 * SCALE for one in job["attempts"]]
    return sum(max(each, 60) / 3600 * rate for each in seconds)
