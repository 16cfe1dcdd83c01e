"""`cfn/images.yaml` and what its builds do: where the source is, what stays, and what a batch does a second time."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import REPOSITORY
from lab.client import Client
from lab.cloud import Cloud
from lab.deployment import TEMPLATES
from support import skopeo
from support.inventory import inventory
from templates.pairs import pairwise

CHOICES: dict[str, tuple[str, ...]] = {
    "SourceUrl": ("", "https://github.com/example/ecrmirror"),
    "RebuildSchedule": ("none", "rate(7 days)"),
    "RepositoryExists": ("false", "true"),
}

PODMAN = REPOSITORY / "Tests/System/support/podman.py"


class Builder:
    """What CodeBuild runs, with a stand-in for podman: a copy of the source, and the account's repository."""

    def __init__(self, cloud: Cloud, folder: Path, name: str):
        self.name = name
        self.source = folder / "source"
        for part in ("containers", "scripts/image", "Package.swift", "LICENSE"):
            target = self.source / part
            target.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "--recursive", REPOSITORY / part, target], check=True, timeout=60)
        (self.source / "Sources").mkdir()
        (self.source / "Sources/main.swift").write_text("print(1)\n")
        self.log = folder / "podman.log"
        programs = folder / "programs"
        programs.mkdir()
        (programs / "podman").write_text(f'#!/bin/sh\nexec {sys.executable} {PODMAN} "$@"\n')
        (programs / "podman").chmod(0o755)
        host = cloud.emulator.endpoint.removeprefix("http://")
        user, token = cloud.registry_credentials()
        registries = folder / ".config/containers/registries.conf"
        registries.parent.mkdir(parents=True)
        registries.write_text(f'[[registry]]\nlocation = "{host}"\ninsecure = true\n')
        self.registry = Client(host, credentials=(user, token))
        auth = folder / "auth.json"
        encoded = self.registry._headers["Authorization"].removeprefix("Basic ")
        auth.write_text(json.dumps({"auths": {host: {"auth": encoded}}}))
        self.environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(folder),
            "REGISTRY_AUTH_FILE": str(auth),
            "LAB_REGISTRY": host,
            "LAB_TOKEN": token,
            "LAB_LOG": str(self.log),
            "REPOSITORY": f"{host}/{name}",
            "BUILDER": "builder",
            "BASE": "base",
            "FUSE": "/dev/null",
        }

    def __call__(self, part: str, tag: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["bash", self.source / "containers/publish"],
            env={**self.environment, "PART": part, "TAG": tag, **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    def batch(self, tag: str) -> list[subprocess.CompletedProcess]:
        return [self(part, tag) for part in ("amd64", "arm64", "index")]

    def did(self) -> list[str]:
        """The calls of podman so far; the log begins anew."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [line.partition(" ")[2].split()[0] for line in lines]


@pytest.fixture
def builder(cloud: Cloud, tmp_path: Path) -> Builder:
    name = cloud.unique("ecrmirror")
    cloud.ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
    return Builder(cloud, tmp_path, name)


@pytest.mark.parametrize("chosen", pairwise(CHOICES), ids=lambda chosen: "-".join(chosen.values()))
def test_the_build_takes_its_source_from_where_it_is_told(cloud: Cloud, deployment, chosen):
    name = cloud.unique("builds")
    if chosen["RepositoryExists"] == "true":
        cloud.ecr.create_repository(repositoryName=name)
    before = inventory(cloud)
    made = deployment("images.yaml").create(RepositoryName=name, **chosen)

    project = cloud.codebuild.batch_get_projects(names=[made.name])["projects"][0]
    outputs = made.outputs()
    if chosen["SourceUrl"]:
        assert project["source"]["type"] == "GITHUB" and project["source"]["location"] == chosen["SourceUrl"]
        assert "SourceBucket" not in outputs
    else:
        assert project["source"]["location"] == f"{outputs['SourceBucket']}/source.zip"
    variables = {item["name"]: item["value"] for item in project["environment"]["environmentVariables"]}
    assert variables["REPOSITORY"] == outputs["RepositoryUri"]
    assert outputs["RepositoryUri"].endswith(f"/{name}")
    resources = made.resources()
    assert ("Rebuild" in resources) == (chosen["RebuildSchedule"] != "none")
    assert ("Repository" in resources) == (chosen["RepositoryExists"] == "false")

    made.delete()
    created = {("repository", name)} if chosen["RepositoryExists"] == "false" else set()
    assert inventory(cloud) - before == created


def test_the_source_stays_for_rebuilds():
    template = (TEMPLATES / "images.yaml").read_text()
    source = template[template.index("\n  Source:") : template.index("\n  SourcePolicy:")]
    assert not re.search("Expiration|Transition", source)


def test_no_version_ever_moves_or_goes(cloud: Cloud, deployment):
    name = cloud.unique("ecrmirror")
    made = deployment("images.yaml").create(RepositoryName=name)
    [repository] = cloud.ecr.describe_repositories(repositoryNames=[name])["repositories"]
    assert repository["imageTagMutability"] == "IMMUTABLE"
    with pytest.raises(cloud.ecr.exceptions.LifecyclePolicyNotFoundException):
        cloud.ecr.get_lifecycle_policy(repositoryName=name)
    made.delete()


def test_a_failed_build_and_a_rebuild_that_cannot_start_raise_alarms(cloud: Cloud, deployment):
    made = deployment("images.yaml").create(
        RepositoryName=cloud.unique("ecrmirror"), RebuildSchedule="rate(7 days)", AlarmEmail="ops@example.com"
    )
    resources = made.resources()
    alarms = {
        (alarm["Namespace"], alarm["MetricName"]): alarm
        for alarm in cloud.cloudwatch.describe_alarms(AlarmNamePrefix=made.name)["MetricAlarms"]
    }
    failed, unstarted = alarms["AWS/States", "ExecutionsFailed"], alarms["AWS/Scheduler", "TargetErrorCount"]
    assert failed["Dimensions"] == [{"Name": "StateMachineArn", "Value": resources["Builds"]}]
    assert unstarted["Dimensions"] == [{"Name": "ScheduleGroup", "Value": resources["Rebuilding"]}]
    for alarm in (failed, unstarted):
        assert alarm["AlarmActions"] == [made.outputs()["AlarmTopicName"]]

    # Whoever starts a build waits for its end, or its failure would be nobody's.
    described = cloud.stepfunctions.describe_state_machine(stateMachineArn=resources["Builds"])
    build = json.loads(described["definition"])["States"]["Build"]
    assert build["Resource"].endswith(":states:::codebuild:startBuildBatch.sync")
    assert build["Parameters"]["ProjectName"] == made.name
    [schedule] = cloud.scheduler.list_schedules(GroupName=resources["Rebuilding"])["Schedules"]
    target = cloud.scheduler.get_schedule(Name=schedule["Name"], GroupName=resources["Rebuilding"])["Target"]
    assert target["Arn"] == resources["Builds"]
    assert json.loads(target["Input"]) == {"tag": "<aws.scheduler.scheduled-time>"}
    made.delete()


def test_the_build_does_what_its_buildspec_says():
    """The names that the project gives are those that the script and `scripts/image` take."""
    buildspec = (TEMPLATES.parent / "containers/buildspec.yaml").read_text()
    publish = (TEMPLATES.parent / "containers/publish").read_text()
    template = (TEMPLATES / "images.yaml").read_text()
    given = set(re.findall(r"{Name: ([A-Z]+), Value:", template)) | {"PART"}
    own = {"BASH_SOURCE", "FUSE"}
    assert given == set(re.findall(r"\$\{?([A-Z_]+)", buildspec + publish)) - own
    containerfile = (TEMPLATES.parent / "containers/Containerfile").read_text()
    assert set(re.findall(r"--build-arg ([A-Z]+)=", publish)) == set(re.findall(r"^ARG ([A-Z]+)", containerfile, re.M))


def test_the_image_is_built_from_all_that_the_package_names():
    """SwiftPM looks for the folder of each target, whatever is built."""
    package = (REPOSITORY / "Package.swift").read_text()
    containerfile = (REPOSITORY / "containers/Containerfile").read_text()
    named = {path.partition("/")[0] for path in re.findall(r'path: "([^"]+)"', package)}
    assert named | {"Sources", "Tests"} <= set(re.findall(r"^COPY ([A-Z][a-z]+) ", containerfile, re.M))


def test_what_a_pull_weighs_is_what_is_said():
    """`make image-test` weighs it; the cost table says it."""
    said = re.search(r"otherwise ([0-9]+) MB for each job", (TEMPLATES / "README.md").read_text())
    most = re.search(r"^MOST=([0-9]+)$", (REPOSITORY / "scripts/image-test").read_text(), re.M)
    assert said and most and int(said[1]) <= int(most[1]) <= 1.2 * int(said[1])


def test_a_version_is_one_image_for_each_processor_and_an_index_of_both(builder: Builder):
    for done in builder.batch("1.0.0"):
        assert done.returncode == 0, done.stderr
    assert builder.did() == ["build", "push", "build", "push", "manifest", "manifest", "manifest", "manifest"]
    assert builder.registry.digest(builder.name, "1.0.0")


def test_a_batch_that_failed_half_way_is_repeated_and_skips_what_is_there(builder: Builder):
    assert builder("amd64", "1.0.0").returncode == 0
    assert builder("arm64", "1.0.0", LAB_FAILS="true").returncode != 0
    built = builder.registry.digest(builder.name, "1.0.0-amd64")
    builder.did()

    first, second, index = builder.batch("1.0.0")
    assert [done.returncode for done in (first, second, index)] == [0, 0, 0], second.stderr + index.stderr
    assert "1.0.0-amd64 is there already" in first.stdout
    assert builder.did()[:2] == ["build", "push"]
    assert builder.registry.digest(builder.name, "1.0.0-amd64") == built

    assert [done.returncode for done in builder.batch("1.0.0")] == [0, 0, 0]
    assert builder.did() == []


def test_a_version_is_not_finished_from_another_source(builder: Builder):
    assert builder("amd64", "1.0.0").returncode == 0
    (builder.source / "Sources/main.swift").write_text("print(2)\n")
    refused = builder("amd64", "1.0.0")
    assert refused.returncode == 1 and "build this source as a new version" in refused.stderr
    assert builder("arm64", "1.0.0").returncode == 0
    refused = builder("index", "1.0.0")
    assert refused.returncode == 1 and "different sources" in refused.stderr


@pytest.mark.parametrize("tag", ["", "latest", "nightly-2"])
def test_a_name_that_moves_is_no_version(builder: Builder, tag: str):
    refused = builder("amd64", tag)
    assert refused.returncode == 1 and "version" in refused.stderr
    assert builder.did() == []


def test_a_rebuild_is_a_version_named_by_its_time(builder: Builder):
    done = builder("amd64", "2026-11-28T04:00:00Z")
    assert done.returncode == 0, done.stderr
    assert builder.registry.digest(builder.name, "2026-11-28T040000Z-amd64")


def test_a_machine_without_fuse_copies_layers_instead(builder: Builder):
    assert builder("amd64", "1.0.0", FUSE="/nowhere").returncode == 0
    assert {line.split()[0] for line in builder.log.read_text().splitlines()} == {"vfs"}


def test_a_registry_that_does_not_answer_is_not_taken_for_an_empty_one(builder: Builder):
    auth = Path(builder.environment["REGISTRY_AUTH_FILE"])
    auth.write_text("{}")
    assert builder("amd64", "1.0.0").returncode != 0
    assert builder.did() == []
    with pytest.raises(skopeo.Failed):
        skopeo.digest(f"{builder.environment['REPOSITORY']}:1.0.0-amd64")
