"""Who may do what, and with which credentials."""

import json
import urllib.request

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
BATCH = f"arn:aws:batch:us-east-1:{ACCOUNT}"
LOGS = f"arn:aws:logs:us-east-1:{ACCOUNT}"


def allow(action: str | list[str], *resources: str) -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": list(resources) or "*"}


def code_of(call, **request) -> str:
    with pytest.raises(ClientError) as refused:
        call(**request)
    return refused.value.response["Error"]["Code"]


@pytest.mark.parametrize(
    "credentials",
    [
        {"accessKeyId": "test", "secretAccessKey": "test"},
        {"accessKeyId": ACCOUNT, "secretAccessKey": "test"},
        {"accessKeyId": "AKIAUNKNOWN", "secretAccessKey": "x"},
    ],
    ids=lambda credentials: credentials["accessKeyId"],
)
def test_unknown_keys_are_refused(cloud, credentials):
    client = cloud.emulator.client("dynamodb", credentials)
    assert code_of(client.list_tables) in ("UnrecognizedClientException", "InvalidClientTokenId")


def test_a_wrong_secret_is_refused(cloud):
    wrong = {**cloud.emulator.admin, "secretAccessKey": "wrong"}
    client = cloud.emulator.client("sqs", wrong, region="eu-west-1")
    assert code_of(client.list_queues) == "SignatureDoesNotMatch"


def test_an_unsigned_request_is_refused(cloud):
    request = urllib.request.Request(
        f"{cloud.emulator.endpoint}/v1/listjobs", b"{}", {"Content-Type": "application/json"}, method="POST"
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code in (400, 403)


def test_a_user_may_do_what_the_policy_lists_and_nothing_else(cloud):
    table = cloud.mirror_table()
    user = cloud.user(allow("dynamodb:GetItem", f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{table}"))
    client = cloud.emulator.client("dynamodb", user)
    assert "Item" not in client.get_item(TableName=table, Key={"Source": {"S": "x"}})
    assert code_of(client.scan, TableName=table) == "AccessDeniedException"
    denial = cloud.emulator.denials()[-1]
    assert (denial["action"], denial["explicit"]) == ("dynamodb:Scan", False)
    assert denial["resource"].endswith(f":table/{table}")
    assert ":user/" in denial["principal"]


@pytest.mark.parametrize(
    ("resources", "allowed"),
    [
        (["{queue}", "{definition}:*", "{definition}"], True),
        (["{queue}", "{definition}*"], True),
        (["{queue}", "{definition}:*"], False),
        (["{queue}", "{definition}"], False),
        (["{definition}*"], False),
        (["*"], True),
    ],
)
def test_submitting_takes_the_queue_and_the_definition(cloud, resources, allowed):
    queue, definition = cloud.queue(), cloud.definition("true")
    names = {"queue": f"{BATCH}:job-queue/{queue}", "definition": f"{BATCH}:job-definition/{definition}"}
    user = cloud.user(allow("batch:SubmitJob", *(resource.format(**names) for resource in resources)))
    client = cloud.emulator.client("batch", user)
    request = {"jobName": "job", "jobQueue": queue, "jobDefinition": definition}
    if allowed:
        assert client.submit_job(**request)["jobId"]
    else:
        assert code_of(client.submit_job, **request) == "AccessDeniedException"


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("logs:GetLogEvents", "{group}:log-stream:*", True),
        ("logs:GetLogEvents", "{group}:*", True),
        ("logs:GetLogEvents", "{group}", False),
        ("logs:GetLogEvents", "{group}:log-stream:other", False),
    ],
)
def test_reading_a_log_takes_its_stream(cloud, action, resource, allowed):
    group = cloud.unique("group")
    cloud.logs.create_log_group(logGroupName=group)
    cloud.logs.create_log_stream(logGroupName=group, logStreamName="own")
    user = cloud.user(allow(action, resource.format(group=f"{LOGS}:log-group:{group}")))
    client = cloud.emulator.client("logs", user)
    request = {"logGroupName": group, "logStreamName": "own"}
    if allowed:
        assert client.get_log_events(**request)["events"] == []
    else:
        assert code_of(client.get_log_events, **request) == "AccessDeniedException"


FETCH = """#!/usr/bin/env python3
import os, urllib.error, urllib.request
for token in (os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"], "wrong"):
    request = urllib.request.Request(os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"], headers={"Authorization": token})
    try:
        print(urllib.request.urlopen(request, timeout=60).read().decode())
    except urllib.error.HTTPError as error:
        print(error.code)
"""


@pytest.fixture
def fetched(cloud):
    return fetch(cloud)


def fetch(cloud) -> tuple[str, dict[str, str]]:
    """A role, and what a job with it gets from the endpoint of its container."""
    cloud.script("fetch", FETCH)
    cloud.emulator.set(images={"*": cloud.folder})
    role = cloud.role("ecs-tasks.amazonaws.com")
    granted, status = cloud.said(cloud.run("fetch", container={"jobRoleArn": role}))
    assert status == "403"
    return role, json.loads(granted)


def test_a_job_gets_its_roles_credentials_from_the_endpoint_of_its_container(cloud, fetched):
    role, granted = fetched
    assert granted["RoleArn"] == role
    credentials = session(granted)
    caller = cloud.emulator.client("sts", credentials).get_caller_identity()
    assert f":assumed-role/{role.rpartition('/')[2]}/" in caller["Arn"]
    assert code_of(cloud.emulator.client("dynamodb", credentials).list_tables) == "AccessDeniedException"


def session(granted: dict[str, str]) -> dict[str, str]:
    return {
        "accessKeyId": granted["AccessKeyId"],
        "secretAccessKey": granted["SecretAccessKey"],
        "sessionToken": granted["Token"],
    }


def test_a_role_that_does_not_trust_ecs_cannot_be_a_jobs(cloud):
    job = cloud.run("true", container={"jobRoleArn": cloud.role("lambda.amazonaws.com")})
    assert job["status"] == "FAILED"
    assert job["statusReason"].startswith("ECS was unable to assume the role")


def test_credentials_expire_when_a_test_says_so(cloud, fetched):
    client = cloud.emulator.client("batch", session(fetched[1]))
    assert code_of(client.describe_job_queues) == "AccessDeniedException"
    assert cloud.emulator.expire_credentials() >= 1
    assert code_of(client.describe_job_queues) == "ExpiredTokenException"


def test_credentials_expire_when_their_life_is_over(cloud, eventually):
    cloud.emulator.set(credential_lifetime=1)
    _, granted = fetch(cloud)
    client = cloud.emulator.client("batch", session(granted))
    eventually(lambda: code_of(client.describe_job_queues) == "ExpiredTokenException", "the token's end")
