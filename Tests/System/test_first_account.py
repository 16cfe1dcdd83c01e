"""`scripts/first-account`: every step in an emulated account, that it says what fails, and that nothing of it stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import REPOSITORY
from lab.client import Client
from lab.cloud import Cloud
from lab.emulator import Emulator
from lab.images import make_image
from support.inventory import inventory

STEPS = ["account", "network", "image", "stack", "doctor", "mirror", "push", "run", "failure", "alarms"]


@pytest.fixture(scope="module")
def emulator():
    """Under AWS's real names, for the script asks for no other."""
    with Emulator(real_names=True) as running:
        yield running


class Place:
    def __init__(self, cloud: Cloud, folder: Path, programs: Path):
        self.cloud, self.folder, self.programs = cloud, folder, programs
        self.report = folder / "report.txt"
        build = cloud.script(
            "build", f"#!/bin/sh\nexec {sys.executable} {REPOSITORY / 'Tests/System/support/build.py'}\n"
        )
        cloud.emulator.set(builds={"*": build}, time_scale=20)
        host = cloud.emulator.endpoint.removeprefix("http://")
        name = cloud.unique("elsewhere/alpine")
        cloud.ecr.create_repository(repositoryName=name)
        registry = Client(host, credentials=cloud.registry_credentials())
        registry.push(make_image("alpine"), name, "3.20")
        self.source = f"{cloud.emulator.account}.dkr.ecr.us-east-1.amazonaws.com/{name}:3.20"

    def __call__(self, *words: str, **environment: str) -> subprocess.CompletedProcess:
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        given = self.cloud.emulator.environment()
        return subprocess.run(
            [
                *(sys.executable, REPOSITORY / "scripts/first-account", self.programs, "--source", self.source),
                *("--poll", "0.1", "--report", self.report, *words),
            ],
            env={**{"PATH": os.environ["PATH"], "HOME": str(home)}, **given, **environment},
            capture_output=True,
            text=True,
            timeout=240,
        )


@pytest.fixture
def place(cloud: Cloud, tmp_path: Path, programs: Path) -> Place:
    return Place(cloud, tmp_path, programs)


def test_every_step_sees_what_must_be_seen_and_nothing_is_left(cloud: Cloud, place: Place):
    before = inventory(cloud)
    done = place("--vpc", "vpc-1", "--subnets", "subnet-1,subnet-2")
    assert done.returncode == 0, done.stdout + done.stderr
    for number, step in enumerate(STEPS, 1):
        assert f"\n{number}. {step}\n" in done.stdout
    assert "FAILED" not in done.stdout and "nothing is left" in done.stdout
    assert inventory(cloud) == before
    # What is sent back names no account.
    assert cloud.emulator.account not in place.report.read_text()


def test_a_build_that_fails_ends_it_with_its_reason_and_is_cleaned_up(cloud: Cloud, place: Place):
    before = inventory(cloud)
    cloud.emulator.set(builds={"*": cloud.script("broken", "#!/bin/sh\necho no room left\nexit 1\n")})
    done = place("--vpc", "vpc-1", "--subnets", "subnet-1")
    assert done.returncode == 1
    assert "no room left" in done.stdout and "failed: 3. image" in done.stdout
    assert "4. stack" not in done.stdout
    assert inventory(cloud) == before


def test_what_is_in_the_way_is_left_alone(cloud: Cloud, place: Place):
    cloud.ecr.create_repository(repositoryName="ecrmirror-first")
    before = inventory(cloud)
    done = place()
    assert done.returncode == 1 and "clean up with --clean-up" in done.stdout
    assert inventory(cloud) == before

    assert place("--clean-up").returncode == 0
    assert before - inventory(cloud) == {("repository", "ecrmirror-first")}
