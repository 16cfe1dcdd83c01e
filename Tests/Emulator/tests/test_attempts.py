"""Attempts: retries, time-outs, hosts that go away."""

import pytest

LOGGING = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}


def counting(exits: str) -> tuple[str, ...]:
    """A command that ends with the n-th word at its n-th attempt."""
    return (
        "sh",
        "-c",
        f"set -- {exits}; echo attempt $AWS_BATCH_JOB_ATTEMPT; shift $((AWS_BATCH_JOB_ATTEMPT-1)); exit $1",
    )


def test_a_failed_attempt_is_followed_by_another_with_a_log_of_its_own(cloud):
    job = cloud.run(*counting("1 0"), retryStrategy={"attempts": 3})
    assert job["status"] == "SUCCEEDED"
    assert [attempt["container"]["exitCode"] for attempt in job["attempts"]] == [1, 0]
    streams = [attempt["container"]["logStreamName"] for attempt in job["attempts"]]
    assert len(set(streams)) == 2
    assert job["container"]["logStreamName"] == streams[1]
    assert cloud.said(job) == ["attempt 2"]


def test_an_exit_code_that_is_not_to_be_retried_ends_the_job(cloud):
    strategy = {"attempts": 5, "evaluateOnExit": [{"onExitCode": "3", "action": "EXIT"}]}
    job = cloud.run(*counting("1 3 0"), retryStrategy=strategy)
    assert (job["status"], len(job["attempts"]), job["container"]["exitCode"]) == ("FAILED", 2, 3)


def test_an_attempt_that_takes_too_long_is_asked_to_end_and_not_retried(cloud):
    cloud.emulator.set(time_scale=300)
    command = ("sh", "-c", "trap 'echo asked; exit 9' TERM; echo begun; while :; do sleep 0.01; done")
    job = cloud.run(*command, timeout={"attemptDurationSeconds": 60}, retryStrategy={"attempts": 3})
    assert (job["status"], job["statusReason"]) == ("FAILED", "Job attempt duration exceeded timeout")
    assert len(job["attempts"]) == 1
    assert job["container"]["exitCode"] == 9
    assert cloud.said(job) == ["begun", "asked"]


def test_one_that_does_not_listen_is_killed_after_the_grace(cloud):
    cloud.emulator.set(time_scale=300)
    command = ("sh", "-c", "trap 'echo asked' TERM; while :; do sleep 0.01; done")
    job = cloud.run(*command, timeout={"attemptDurationSeconds": 60})
    assert job["container"]["exitCode"] == 137
    assert job["stoppedAt"] - job["startedAt"] >= (60 + 30) * 1000 / 300


def test_an_interrupted_attempt_has_no_exit_code_and_is_retried(cloud):
    command = ("sh", "-c", "test $AWS_BATCH_JOB_ATTEMPT = 2 || exec sleep 1000")
    strategy = {
        "attempts": 2,
        "evaluateOnExit": [{"onStatusReason": "Host EC2*", "action": "RETRY"}, {"onReason": "*", "action": "EXIT"}],
    }
    identifier = cloud.submit(cloud.queue(), cloud.definition(*command, retryStrategy=strategy))
    cloud.until(identifier, "RUNNING")
    cloud.emulator.interrupt(identifier)
    job = cloud.ended(identifier)
    first, second = job["attempts"]
    assert job["status"] == "SUCCEEDED"
    assert first["statusReason"].startswith("Host EC2 (instance i-")
    assert first["statusReason"].endswith(") terminated.")
    assert "exitCode" not in first["container"]
    assert second["container"]["exitCode"] == 0


@pytest.mark.parametrize(("code", "status"), [(0, "SUCCEEDED"), (7, "FAILED")])
def test_on_fargate_the_exit_code_of_an_interrupted_container_counts(cloud, eventually, code, status):
    role = cloud.role("ecs-tasks.amazonaws.com", LOGGING)
    command = ("sh", "-c", f"trap 'exit {code}' TERM; echo begun; while :; do sleep 0.01; done")
    definition = cloud.definition(*command, platformCapabilities=["FARGATE"], container={"executionRoleArn": role})
    identifier = cloud.submit(cloud.queue(), definition)
    cloud.until(identifier, "RUNNING")
    eventually(lambda: cloud.said(cloud.job(identifier)), "the job's log")
    cloud.emulator.interrupt(identifier)
    job = cloud.ended(identifier)
    assert (job["status"], job["statusReason"]) == (status, "Your Spot Task was interrupted.")
    assert job["container"]["exitCode"] == code


def test_a_job_with_more_to_tell_than_ecs_takes_fails_before_its_first_attempt(cloud):
    def told(size: int) -> dict:
        definition = cloud.definition("true")
        overrides = {"environment": [{"name": "LIST", "value": "x" * size}]}
        return cloud.ended(cloud.submit(cloud.queue(), definition, containerOverrides=overrides))

    assert told(7000)["status"] == "SUCCEEDED"
    job = told(8192)
    assert (job["status"], job["attempts"]) == ("FAILED", [])
    assert job["statusReason"] == "Container Overrides length must be at most 8192"


def test_a_task_takes_its_time_to_start(cloud):
    cloud.emulator.set(task_start=30, time_scale=100)
    job = cloud.run("true")
    assert job["startedAt"] - job["createdAt"] >= 300


def test_sizes_asked_for_at_submission_must_be_fargates(cloud):
    definition = cloud.definition(
        "true",
        container={
            "executionRoleArn": cloud.role("ecs-tasks.amazonaws.com", LOGGING),
        },
        platformCapabilities=["FARGATE"],
    )
    memory = {"resourceRequirements": [{"type": "MEMORY", "value": "4096"}]}
    job = cloud.ended(cloud.submit(cloud.queue(), definition, containerOverrides=memory))
    assert {"type": "MEMORY", "value": "4096"} in job["container"]["resourceRequirements"]
    with pytest.raises(cloud.batch.exceptions.ClientException, match="not valid"):
        small = {"resourceRequirements": [{"type": "MEMORY", "value": "512"}]}
        cloud.submit(cloud.queue(), definition, containerOverrides=small)
