"""Compute environments, queues, job definitions and their tags."""

import pytest
from botocore.exceptions import ClientError


def refused(message: str):
    return pytest.raises(ClientError, match=message)


def test_a_definition_has_revisions_of_which_the_newest_active_one_runs(cloud):
    name = cloud.definition("echo", "one")
    cloud.definition("echo", "two", name=name)
    queue = cloud.queue()
    assert cloud.said(cloud.ended(cloud.submit(queue, name))) == ["two"]
    assert cloud.said(cloud.ended(cloud.submit(queue, f"{name}:1"))) == ["one"]
    listed = cloud.batch.describe_job_definitions(jobDefinitionName=name)["jobDefinitions"]
    assert [each["revision"] for each in listed] == [2, 1]
    cloud.batch.deregister_job_definition(jobDefinition=listed[0]["jobDefinitionArn"])
    assert cloud.said(cloud.ended(cloud.submit(queue, name))) == ["one"]
    active = cloud.batch.describe_job_definitions(jobDefinitionName=name, status="ACTIVE")["jobDefinitions"]
    assert [each["revision"] for each in active] == [1]
    with refused("does not exist or is not ACTIVE"):
        cloud.submit(queue, f"{name}:2")


@pytest.mark.parametrize(
    ("cpus", "memory", "valid"),
    [("0.25", "512", True), ("0.25", "4096", False), ("1", "1024", False), ("1", "8192", True), ("3", "8192", False)],
)
def test_fargate_takes_certain_sizes_only(cloud, cpus, memory, valid):
    requirements = [{"type": "VCPU", "value": cpus}, {"type": "MEMORY", "value": memory}]
    container = {"resourceRequirements": requirements, "executionRoleArn": cloud.role("ecs-tasks.amazonaws.com")}
    more = {"container": container, "platformCapabilities": ["FARGATE"]}
    if valid:
        assert cloud.definition("true", **more)
    else:
        with refused("Fargate resource requirements"):
            cloud.definition("true", **more)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"platformCapabilities": ["FARGATE"]}, "executionRoleArn is required"),
        ({"timeout": {"attemptDurationSeconds": 10}}, "at least 60 seconds"),
        ({"retryStrategy": {"evaluateOnExit": [{"onExitCode": "1", "action": "EXIT"}]}}, "attempts must be specified"),
        (
            {"retryStrategy": {"attempts": 2, "evaluateOnExit": [{"onExitCode": "1", "action": "EXIT"}] * 6}},
            "at most 5 objects",
        ),
        (
            {"retryStrategy": {"attempts": 2, "evaluateOnExit": [{"onReason": "*spot", "action": "EXIT"}]}},
            "restricted characters",
        ),
        (
            {"retryStrategy": {"attempts": 2, "evaluateOnExit": [{"onExitCode": "one", "action": "EXIT"}]}},
            "restricted characters",
        ),
        ({"name": "with space"}, "valid pattern"),
    ],
)
def test_a_bad_definition_is_refused(cloud, more, message):
    with refused(message):
        cloud.definition("true", **more)


def test_what_is_in_use_or_enabled_cannot_be_deleted(cloud):
    queue = cloud.queue()
    environment = cloud.batch.describe_job_queues(jobQueues=[queue])["jobQueues"][0]["computeEnvironmentOrder"][0]
    environment = environment["computeEnvironment"]
    with refused("must be DISABLED first"):
        cloud.batch.delete_job_queue(jobQueue=queue)
    cloud.batch.update_compute_environment(computeEnvironment=environment, state="DISABLED")
    with refused("existing JobQueue relationship"):
        cloud.batch.delete_compute_environment(computeEnvironment=environment)
    cloud.batch.update_job_queue(jobQueue=queue, state="DISABLED")
    with refused("is in DISABLED state"):
        cloud.submit(queue, cloud.definition("true"))
    cloud.batch.delete_job_queue(jobQueue=queue)
    cloud.batch.delete_compute_environment(computeEnvironment=environment)
    assert cloud.batch.describe_compute_environments(computeEnvironments=[environment])["computeEnvironments"] == []


def test_deleting_a_queue_ends_its_jobs(cloud):
    queue = cloud.queue()
    running = cloud.submit(queue, cloud.definition("sleep", "1000"))
    cloud.until(running, "RUNNING")
    cloud.batch.update_job_queue(jobQueue=queue, state="DISABLED")
    cloud.batch.delete_job_queue(jobQueue=queue)
    assert cloud.ended(running)["status"] == "FAILED"


def test_tags(cloud):
    queue, name = cloud.queue(), cloud.definition("true", tags={"team": "images"}, propagateTags=True)
    job = cloud.job(cloud.submit(queue, name, tags={"run": "7"}))
    assert job["tags"] == {"team": "images", "run": "7"}
    for arn in (job["jobArn"], job["jobQueue"], job["jobDefinition"]):
        cloud.batch.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
        cloud.batch.untag_resource(resourceArn=arn, tagKeys=["a"])
        tags = cloud.batch.list_tags_for_resource(resourceArn=arn)["tags"]
        assert ("a" in tags, tags["b"]) == (False, "2")
    with refused("does not exist"):
        cloud.batch.list_tags_for_resource(resourceArn=f"{job['jobQueue']}-other")
