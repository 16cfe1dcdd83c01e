"""Faults, counts and settings."""

import time

import pytest
from botocore.exceptions import ClientError, HTTPClientError

from emulator.faults import Fault


def outcome(call, **request) -> str:
    try:
        call(**request)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "fine"


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({}, "xxxxxx"),
        ({"times": 2}, "xx...."),
        ({"every": 3}, "..x..x"),
        ({"after": 2, "times": 1}, "..x..."),
        ({"after": 1, "every": 2, "times": 2}, "..x.x."),
        ({"operation": "sqs:*"}, "......"),
        ({"operation": "dynamodb:Get*"}, "xxxxxx"),
        ({"operation": "*:GetItem"}, "xxxxxx"),
    ],
)
def test_which_requests_a_fault_strikes(wish, expected):
    fault = Fault(**{"operation": "dynamodb:GetItem", "status": 500, **wish})
    assert "".join("x" if fault.strikes("dynamodb:GetItem") else "." for _ in range(6)) == expected


@pytest.mark.parametrize(
    ("operation", "service", "call"),
    [
        ("dynamodb:ListTables", "dynamodb", "list_tables"),
        ("batch:DescribeJobQueues", "batch", "describe_job_queues"),
        ("sqs:ListQueues", "sqs", "list_queues"),
        ("lambda:ListFunctions", "lambda", "list_functions"),
        ("sts:GetCallerIdentity", "sts", "get_caller_identity"),
        ("cloudformation:ListStacks", "cloudformation", "list_stacks"),
        ("ecr:DescribeRepositories", "ecr", "describe_repositories"),
        ("logs:DescribeLogGroups", "logs", "describe_log_groups"),
        ("ssm:DescribeParameters", "ssm", "describe_parameters"),
        ("secretsmanager:ListSecrets", "secretsmanager", "list_secrets"),
        ("events:ListRules", "events", "list_rules"),
    ],
)
def test_a_fault_is_told_in_the_services_own_shape_and_is_counted(cloud, operation, service, call):
    client = cloud.emulator.client(service)
    cloud.emulator.fault(operation, status=400, code="ThrottlingException", message="Rate exceeded", times=1)
    with pytest.raises(ClientError, match="Rate exceeded") as refused:
        getattr(client, call)()
    assert refused.value.response["Error"]["Code"] == "ThrottlingException"
    assert outcome(getattr(client, call)) == "fine"
    assert cloud.emulator.requests() == {operation: 2}
    assert [fault["struck"] for fault in cloud.emulator.faults()] == [1]


def test_an_answer_can_get_lost_after_the_work_was_done(cloud):
    queue, definition = cloud.queue(), cloud.definition("true")
    cloud.emulator.fault("batch:SubmitJob", status=503, code="ServiceUnavailable", performed=True, times=1)
    assert (
        outcome(cloud.batch.submit_job, jobName="a", jobQueue=queue, jobDefinition=definition) == "ServiceUnavailable"
    )
    filters = [{"name": "JOB_NAME", "values": ["a"]}]
    assert len(cloud.batch.list_jobs(jobQueue=queue, filters=filters)["jobSummaryList"]) == 1


def test_an_answer_can_be_cut(cloud):
    client = cloud.emulator.client("dynamodb", read_timeout=5)
    cloud.emulator.fault("dynamodb:ListTables", cut=True, times=1)
    with pytest.raises((HTTPClientError, ClientError, ValueError)):
        client.list_tables()
    assert outcome(client.list_tables) == "fine"


def test_a_request_can_be_delayed(cloud):
    cloud.emulator.fault("dynamodb:ListTables", delay=0.3, times=1)
    began = time.monotonic()
    cloud.dynamodb.list_tables()
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(
    ("path", "wish", "message"),
    [
        ("faults", {}, "needs an operation"),
        ("faults", {"operation": "x", "colour": "red"}, "a fault has no colour"),
        ("faults", {"operation": "x", "performed": True}, "needs a status"),
        ("settings", {"speed": 3}, "there is no setting 'speed'"),
        ("settings", {"time_scale": 0}, "time_scale must be"),
        ("settings", {"images": {"a": 1}}, "object of strings"),
        ("schedules/fire", {"rule": "none"}, "there is no rule none"),
        ("jobs/interrupt", {"jobId": "none"}, "does not run"),
        ("nonsense", {}, "there is no POST"),
    ],
)
def test_a_wrong_wish_is_refused_with_a_reason(cloud, path, wish, message):
    with pytest.raises(RuntimeError, match=message):
        cloud.emulator.control("POST", path, wish)


def test_the_most_calls_within_one_second_are_counted(cloud):
    for _ in range(3):
        cloud.dynamodb.list_tables()
    time.sleep(1.1)
    cloud.dynamodb.list_tables()
    assert cloud.emulator.requests()["dynamodb:ListTables"] == 4
    assert 1 <= cloud.emulator.peaks()["dynamodb:ListTables"] <= 3


def test_what_is_cleared_is_the_answer_so_that_no_call_is_lost_in_between(cloud):
    cloud.emulator.clear_requests()
    cloud.dynamodb.list_tables()
    assert cloud.emulator.control("DELETE", "requests")["requests"] == {"dynamodb:ListTables": 1}
    assert cloud.emulator.requests() == {}


def test_expired_rows_stay_until_a_test_sweeps(cloud):
    table = cloud.mirror_table()
    for name, seconds in (("old", -10), ("new", 1000)):
        row = {"Source": {"S": name}, "Expires": {"N": str(int(time.time()) + seconds)}}
        cloud.dynamodb.put_item(TableName=table, Item=row)
    cloud.dynamodb.put_item(TableName=table, Item={"Source": {"S": "always"}})
    assert cloud.dynamodb.scan(TableName=table)["Count"] == 3
    assert cloud.emulator.sweep_tables() == 1
    assert cloud.dynamodb.scan(TableName=table)["Count"] == 2


def test_reads_of_tables_are_counted_in_the_units_of_the_bill(cloud):
    table, key = cloud.table("Key"), {"Key": {"S": "a"}}
    cloud.dynamodb.put_item(TableName=table, Item={**key, "Text": {"S": "x" * 5000}})

    def units(call, **request) -> float:
        cloud.emulator.clear_requests()
        call(**request)
        return cloud.emulator.read_units()

    get, scan, batch = cloud.dynamodb.get_item, cloud.dynamodb.scan, cloud.dynamodb.batch_get_item
    assert units(get, TableName=table, Key=key, ConsistentRead=True) == 2
    assert units(get, TableName=table, Key=key) == 1
    assert units(get, TableName=table, Key={"Key": {"S": "none"}}) == 0.5
    assert units(scan, TableName=table, ConsistentRead=True) == 2
    keys = [key, {"Key": {"S": "none"}}]
    assert units(batch, RequestItems={table: {"Keys": keys, "ConsistentRead": True}}) == 3
