"""Jobs run as processes, through the states of AWS."""

import json
import os

import pytest
from botocore.exceptions import ClientError

LOGGING = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
PULLING = {
    "Effect": "Allow",
    "Action": ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    "Resource": "*",
}
ECR_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/images/own:1"


def test_a_job_runs_its_command_and_its_output_is_in_the_logs(cloud):
    job = cloud.run("sh", "-c", "echo one; echo two >&2; printf three")
    assert job["status"] == "SUCCEEDED"
    assert job["container"]["exitCode"] == 0
    assert job["statusReason"] == "Essential container in task exited"
    assert cloud.said(job) == ["one", "two", "three"]
    assert [attempt["container"]["exitCode"] for attempt in job["attempts"]] == [0]
    assert job["createdAt"] <= job["startedAt"] <= job["stoppedAt"]


def test_parameters_replace_their_placeholders_and_defaults_stand_in(cloud):
    definition = cloud.definition("echo", "Ref::source", "to=Ref::dest", "Ref::none", parameters={"dest": "nowhere"})
    queue = cloud.queue()
    plain = cloud.ended(cloud.submit(queue, definition))
    given = cloud.ended(cloud.submit(queue, definition, parameters={"source": "a b", "dest": "there"}))
    assert cloud.said(plain) == ["Ref::source to=nowhere Ref::none"]
    assert cloud.said(given) == ["a b to=there Ref::none"]
    assert given["parameters"] == {"source": "a b", "dest": "there"}


def test_overrides_replace_the_command_and_merge_the_rest(cloud):
    definition = cloud.definition("false", container={"environment": [{"name": "A", "value": "1"}]})
    overrides = {
        "command": ["sh", "-c", "echo $A $B"],
        "environment": [{"name": "B", "value": "2"}],
        "resourceRequirements": [{"type": "MEMORY", "value": "4096"}],
    }
    job = cloud.ended(cloud.submit(cloud.queue(), definition, containerOverrides=overrides))
    assert cloud.said(job) == ["1 2"]
    requirements = {each["type"]: each["value"] for each in job["container"]["resourceRequirements"]}
    assert requirements == {"VCPU": "1", "MEMORY": "4096"}


def test_a_job_knows_where_it_runs(cloud):
    queue = cloud.queue()
    job = cloud.ended(cloud.submit(queue, cloud.definition("env")))
    found = dict(line.split("=", 1) for line in cloud.said(job))
    assert found["AWS_BATCH_JOB_ID"] == job["jobId"]
    assert found["AWS_BATCH_JOB_ATTEMPT"] == "1"
    assert found["AWS_BATCH_JQ_NAME"] == queue
    assert found["AWS_BATCH_CE_NAME"].startswith("environment-")
    assert found["AWS_ENDPOINT_URL"] == cloud.emulator.endpoint
    assert found["AWS_REGION"] == "us-east-1"
    assert not any(name.startswith(("AWS_ACCESS", "AWS_SECRET", "AWS_CONTAINER")) for name in found)
    assert found["HOME"] != os.environ.get("HOME")


def test_an_image_is_a_folder_of_executables(cloud):
    cloud.script("greet", "#!/bin/sh\necho hello\n")
    cloud.emulator.set(images={"*/greeter:*": cloud.folder})
    good = cloud.run("greet", container={"image": "registry/greeter:1"})
    bad = cloud.run("greet", container={"image": "registry/other:1"})
    assert cloud.said(good) == ["hello"]
    assert bad["status"] == "FAILED"
    assert bad["container"]["reason"].startswith("CannotPullContainerError")
    assert "exitCode" not in bad["container"]


def test_a_command_that_is_not_there_fails_before_it_starts(cloud):
    job = cloud.run("no-such-program")
    assert (job["status"], job["statusReason"]) == ("FAILED", "Task failed to start")
    assert job["container"]["reason"].startswith("CannotStartContainerError")


def test_a_job_in_a_log_group_of_its_own(cloud):
    group = cloud.unique("/own/group")
    options = {"awslogs-group": group, "awslogs-stream-prefix": "mirror"}
    more = {"container": {"logConfiguration": {"logDriver": "awslogs", "options": options}}}
    without = cloud.run("echo", "hello", **more)
    cloud.logs.create_log_group(logGroupName=group)
    job = cloud.run("echo", "hello", **more)
    assert without["statusReason"].startswith("ResourceInitializationError")
    assert job["container"]["logStreamName"].startswith("mirror/default/")
    assert cloud.said(job, group) == ["hello"]


def test_what_a_job_leaves_behind_ends_with_it(cloud):
    before = set(cloud.emulator.processes())
    job = cloud.run("sh", "-c", "setsid sleep 1000 & nohup sleep 1000 & echo started; exit 3")
    assert job["container"]["exitCode"] == 3
    assert set(cloud.emulator.processes()) == before


def test_secrets_are_variables(cloud):
    role = cloud.role(
        "ecs-tasks.amazonaws.com",
        LOGGING,
        {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue", "ssm:GetParameters"], "Resource": "*"},
    )
    secret = cloud.secretsmanager.create_secret(Name=cloud.unique("secret"), SecretString=json.dumps({"key": "one"}))
    parameter = cloud.unique("/parameter")
    cloud.ssm.put_parameter(Name=parameter, Value="two", Type="SecureString")
    secrets = [
        {"name": "KEY", "valueFrom": f"{secret['ARN']}:key::"},
        {"name": "WHOLE", "valueFrom": secret["ARN"]},
        {"name": "PARAMETER", "valueFrom": f"arn:aws:ssm:us-east-1:123456789012:parameter{parameter}"},
    ]
    command = ("sh", "-c", "echo $KEY $WHOLE $PARAMETER")
    job = cloud.run(*command, container={"secrets": secrets, "executionRoleArn": role})
    assert cloud.said(job) == ['one {"key": "one"} two']
    secrets[0]["valueFrom"] = "arn:aws:secretsmanager:us-east-1:123456789012:secret:none"
    missing = cloud.run(*command, container={"secrets": secrets, "executionRoleArn": role})
    assert missing["statusReason"].startswith("ResourceInitializationError: unable to pull secrets")


@pytest.mark.parametrize(
    ("statements", "missing"),
    [
        ([LOGGING, PULLING], None),
        ([PULLING], "logs:CreateLogStream"),
        ([LOGGING], "ecr:GetAuthorizationToken"),
        ([LOGGING, {**PULLING, "Action": "ecr:Get*"}], "ecr:BatchGetImage"),
    ],
)
def test_a_job_starts_only_with_what_its_execution_role_may_do(cloud, statements, missing):
    role = cloud.role("ecs-tasks.amazonaws.com", *statements)
    job = cloud.run("true", container={"image": ECR_IMAGE, "executionRoleArn": role})
    if missing is None:
        assert (job["status"], cloud.emulator.denials()) == ("SUCCEEDED", [])
    else:
        assert job["status"] == "FAILED"
        assert job["statusReason"].startswith("ResourceInitializationError")
        assert [denial["action"] for denial in cloud.emulator.denials()] == [missing]


def test_the_states_of_a_job_are_told_on_the_event_bus(cloud, events):
    wait = events("aws.batch", count=5)
    job = cloud.run("true")
    seen = wait()
    assert {event["detail-type"] for event in seen} == {"Batch Job State Change"}
    assert {event["resources"][0] for event in seen} == {job["jobArn"]}
    states = [event["detail"]["status"] for event in seen]
    assert sorted(states) == ["RUNNABLE", "RUNNING", "STARTING", "SUBMITTED", "SUCCEEDED"]


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"jobName": "with space"}, "Job name should match valid pattern"),
        ({"jobName": "a" * 129}, "Job name should match valid pattern"),
        ({"jobQueue": "no-queue"}, "Job Queue no-queue does not exist"),
        ({"jobDefinition": "no-definition"}, "does not exist or is not ACTIVE"),
        ({"parameters": {"large": "x" * 31_000}}, "payload"),
        ({"timeout": {"attemptDurationSeconds": 59}}, "at least 60 seconds"),
        ({"retryStrategy": {"attempts": 11}}, "between 1 and 10"),
        ({"arrayProperties": {"size": 1}}, "between 2 and 10000"),
        ({"containerOverrides": {"environment": [{"name": "AWS_BATCH_X", "value": ""}]}}, "AWS_BATCH"),
        ({"dependsOn": [{"jobId": "none"}]}, "Job none does not exist"),
    ],
)
def test_a_bad_job_is_refused(cloud, wish, message):
    request = {"jobName": "job", "jobQueue": cloud.queue(), "jobDefinition": cloud.definition("true"), **wish}
    with pytest.raises(ClientError, match=message) as refused:
        cloud.batch.submit_job(**request)
    assert refused.value.response["Error"]["Code"] == "ClientException"


def test_submissions_are_throttled_when_asked_for(cloud):
    queue, definition = cloud.queue(), cloud.definition("true")
    cloud.emulator.set(submit_rate=1)
    cloud.submit(queue, definition)
    with pytest.raises(ClientError) as refused:
        for _ in range(3):
            cloud.submit(queue, definition)
    assert refused.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_an_execution_role_whose_trust_asks_for_the_account_is_not_assumed(cloud):
    """ECS documents that it names the account for task roles; a job's own role may ask for it."""
    asking = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    asking |= {"Condition": {"StringEquals": {"aws:SourceAccount": cloud.emulator.account}}}
    logs = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    role = cloud.role("ecs-tasks.amazonaws.com", logs)
    trust = json.dumps({"Version": "2012-10-17", "Statement": [asking]})
    cloud.iam.update_assume_role_policy(RoleName=role.rpartition("/")[2], PolicyDocument=trust)
    job = cloud.run("true", container={"executionRoleArn": role})
    assert (job["status"], "unable to assume the role" in json.dumps(job)) == ("FAILED", True)
    assert cloud.run("true", container={"jobRoleArn": role})["status"] == "SUCCEEDED"
