"""Image functions run from a local executable: invoked, by event sources, by rules, on schedules."""

import json
import time
from functools import partial

import pytest
from botocore.exceptions import ClientError, WaiterError

BOOTSTRAP = """#!/usr/bin/env python3
import json, os, sys, time, urllib.request
api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"
if os.environ.get("_HANDLER") == "init-error":
    body = json.dumps({"errorType": "NoConfiguration", "errorMessage": "TABLE is not set"}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{api}/init/error", body)).close()
    sys.exit(1)
while True:
    with urllib.request.urlopen(f"{api}/invocation/next") as answer:
        headers, event = answer.headers, json.load(answer)
    identifier = headers["Lambda-Runtime-Aws-Request-Id"]
    print("event", json.dumps(event), flush=True)
    if "exit" in event:
        sys.exit(event["exit"])
    if "sleep" in event:
        time.sleep(event["sleep"])
    kind, body = "response", {"got": event, "argv": sys.argv[1:], "pid": os.getpid(), "environment": dict(os.environ)}
    if "raise" in event:
        kind, body = "error", {"errorType": "Oops", "errorMessage": event["raise"]}
    elif "Records" in event:
        failed = [record["messageId"] for record in event["Records"] if "bad" in record["body"]]
        body = {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
    elif event.get("source") == "aws.events":
        kind, body = "error", {"errorType": "StillRunning", "errorMessage": "the last run still works"}
    body["headers"] = dict(headers)
    request = urllib.request.Request(f"{api}/invocation/{identifier}/{kind}", json.dumps(body).encode())
    urllib.request.urlopen(request).close()
"""
LOGGING = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": "*",
}
SQS = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}


@pytest.fixture
def function(cloud):
    """`function(command…)` makes one whose image is the bootstrap above; its name."""
    cloud.emulator.set(functions={"*/lambda:*": cloud.script("bootstrap", BOOTSTRAP)})

    def make(*command: str, **more) -> str:
        name = cloud.unique("function")
        cloud.lambda_.create_function(
            FunctionName=name,
            PackageType="Image",
            Code={"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/lambda:1"},
            ImageConfig={"Command": list(command)},
            Role=more.pop("role", None) or cloud.role("lambda.amazonaws.com", LOGGING, SQS),
            **more,
        )
        return name

    return make


def invoke(cloud, name: str, event: dict, **more) -> tuple[dict, dict]:
    answer = cloud.lambda_.invoke(FunctionName=name, Payload=json.dumps(event), **more)
    return json.load(answer["Payload"]), answer


def arn(cloud, name: str) -> str:
    return cloud.lambda_.get_function_configuration(FunctionName=name)["FunctionArn"]


def said(cloud, name: str) -> list[str]:
    """What the function wrote, in all its environments."""
    try:
        events = cloud.logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    except cloud.logs.exceptions.ResourceNotFoundException:
        return []
    return [event["message"] for event in events]


def test_an_invocation_reaches_the_executable_and_its_answer_comes_back(cloud, function):
    name = function("schedule", Environment={"Variables": {"TABLE": "mirrors"}}, Timeout=20)
    body, answer = invoke(cloud, name, {"hello": 1})
    assert "FunctionError" not in answer
    assert body["got"] == {"hello": 1}
    assert body["argv"] == ["schedule"]
    environment, headers = body["environment"], body["headers"]
    assert environment["_HANDLER"] == "schedule"
    assert environment["TABLE"] == "mirrors"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == name
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert headers["Lambda-Runtime-Invoked-Function-Arn"] == arn(cloud, name)
    assert 0 < int(headers["Lambda-Runtime-Deadline-Ms"]) - time.time() * 1000 <= 20_000
    assert headers["Lambda-Runtime-Trace-Id"].startswith("Root=1-")


def test_an_environment_serves_one_invocation_after_the_other_until_the_function_changes(cloud, function):
    name = function("schedule")
    pids = [invoke(cloud, name, {})[0]["pid"] for _ in range(2)]
    cloud.lambda_.update_function_configuration(FunctionName=name, Timeout=7)
    cloud.lambda_.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05})
    pids += [invoke(cloud, name, {})[0]["pid"]]
    assert pids[0] == pids[1] != pids[2]


def test_an_error_of_the_handler_is_told_as_lambda_tells_it(cloud, function):
    body, answer = invoke(cloud, function("push"), {"raise": "it went wrong"})
    assert answer["FunctionError"] == "Unhandled"
    assert (body["errorType"], body["errorMessage"]) == ("Oops", "it went wrong")


@pytest.mark.parametrize(
    ("command", "event", "kind"),
    [
        ("push", {"exit": 3}, "Runtime.ExitError"),
        ("push", {"sleep": 1000}, "Sandbox.Timedout"),
        ("init-error", {}, "NoConfiguration"),
    ],
)
def test_an_environment_that_fails_is_told_and_replaced(cloud, function, command, event, kind):
    before = set(cloud.emulator.processes())
    name = function(command, Timeout=1)
    body, answer = invoke(cloud, name, event)
    assert (answer["FunctionError"], body["errorType"]) == ("Unhandled", kind)
    assert set(cloud.emulator.processes()) <= before
    if command == "push":
        assert invoke(cloud, name, {"again": 1})[0]["got"] == {"again": 1}


def test_the_output_is_in_the_logs(cloud, function, eventually):
    name = function("push")
    body, _ = invoke(cloud, name, {"hello": 1})
    lines = eventually(lambda: said(cloud, name) if len(said(cloud, name)) >= 4 else None, "4 lines of the log")
    assert lines[0].startswith("START RequestId: ")
    assert 'event {"hello": 1}' in lines
    assert any(line.startswith("REPORT RequestId: ") for line in lines)
    stream = body["environment"]["AWS_LAMBDA_LOG_STREAM_NAME"]
    streams = cloud.logs.describe_log_streams(logGroupName=f"/aws/lambda/{name}")["logStreams"]
    assert [each["logStreamName"] for each in streams] == [stream]


def test_the_lines_of_lambda_itself_are_json_when_the_function_says_so(cloud, function):
    group = cloud.unique("/own/group")
    name = function("push", LoggingConfig={"LogFormat": "JSON", "LogGroup": group})
    assert invoke(cloud, name, {})[0]["environment"]["AWS_LAMBDA_LOG_FORMAT"] == "JSON"
    events = cloud.logs.filter_log_events(logGroupName=group)["events"]
    kinds = [json.loads(event["message"])["type"] for event in events if event["message"].startswith("{")]
    assert kinds == ["platform.start", "platform.report"]


def test_a_role_that_may_not_write_logs_loses_them_and_it_shows(cloud, function):
    name = function("push", role=cloud.role("lambda.amazonaws.com"))
    assert invoke(cloud, name, {})[0]["got"] == {}
    assert said(cloud, name) == []
    assert "logs:CreateLogStream" in {denial["action"] for denial in cloud.emulator.denials()}


def test_a_queues_messages_are_handled_and_only_the_failed_ones_come_again_until_they_are_dead(
    cloud, function, eventually
):
    name = function("push")
    dead, dead_arn = cloud.message_queue()
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    # No message is seen again by itself while the test lasts, however busy the machine.
    url, source = cloud.message_queue(VisibilityTimeout="3600", RedrivePolicy=redrive)
    for body in ("good 1", "bad 2", "good 3"):
        cloud.sqs.send_message(QueueUrl=url, MessageBody=body)
    cloud.lambda_.create_event_source_mapping(
        FunctionName=name, EventSourceArn=source, BatchSize=10, FunctionResponseTypes=["ReportBatchItemFailures"]
    )

    def handled(count: int) -> list[dict] | None:
        events = [json.loads(line.removeprefix("event ")) for line in said(cloud, name) if line.startswith("event ")]
        records = [record for event in events for record in event["Records"]]
        return records if len(records) >= count else None

    for count in (3, 4):
        records = eventually(partial(handled, count), f"{count} records")
        receipt = [record["receiptHandle"] for record in records if record["body"] == "bad 2"][-1]
        cloud.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)
    messages = eventually(lambda: cloud.sqs.receive_message(QueueUrl=dead).get("Messages"), "a dead letter")
    assert [message["Body"] for message in messages] == ["bad 2"]
    records = handled(4)
    assert sorted(record["body"] for record in records) == ["bad 2", "bad 2", "good 1", "good 3"]
    assert (records[0]["eventSource"], records[0]["eventSourceARN"]) == ("aws:sqs", source)


def test_a_message_that_was_received_is_seen_again_the_sooner_the_faster_time_passes(cloud, eventually):
    url, _ = cloud.message_queue(VisibilityTimeout="3600")
    cloud.sqs.send_message(QueueUrl=url, MessageBody="again")
    cloud.emulator.set(time_scale=36_000)
    receive = lambda: cloud.sqs.receive_message(QueueUrl=url).get("Messages")  # noqa: E731
    assert [eventually(receive, "the message")[0]["Body"] for _ in range(2)] == ["again", "again"]


def test_a_queue_that_shows_a_message_again_while_the_function_works_on_it_is_refused(cloud, function):
    name = function("push", Timeout=31)
    url, source = cloud.message_queue()
    refused = "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds"
    with pytest.raises(ClientError, match=refused) as caught:
        cloud.lambda_.create_event_source_mapping(FunctionName=name, EventSourceArn=source)
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"
    mapping = {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {"FunctionName": name, "EventSourceArn": source},
    }
    stack, template = cloud.unique("stack"), json.dumps({"Resources": {"Mapping": mapping}})
    cloud.cloudformation.create_stack(StackName=stack, TemplateBody=template)
    with pytest.raises(WaiterError):
        cloud.cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.05})
    events = cloud.cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    assert any(refused in event.get("ResourceStatusReason", "") for event in events)
    cloud.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "31"})
    cloud.lambda_.create_event_source_mapping(FunctionName=name, EventSourceArn=source)


def test_a_mapping_for_which_the_role_is_short_is_refused(cloud, function):
    name = function("push", role=cloud.role("lambda.amazonaws.com", LOGGING))
    _, source = cloud.message_queue()
    with pytest.raises(ClientError, match="does not have permissions to call ReceiveMessage on SQS"):
        cloud.lambda_.create_event_source_mapping(FunctionName=name, EventSourceArn=source)


@pytest.fixture
def scheduled(cloud, function):
    """`scheduled(…)`: a function that fails, and the rule that invokes it every 15 minutes, or as `rate` says."""

    def make(permitted: bool = True, rate: str = "15 minutes", **settings) -> tuple[str, str]:
        name, rule = function("schedule"), cloud.unique("rule")
        source = cloud.events.put_rule(Name=rule, ScheduleExpression=f"rate({rate})")["RuleArn"]
        cloud.events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": arn(cloud, name)}])
        if permitted:
            cloud.lambda_.add_permission(
                FunctionName=name,
                StatementId="rule",
                Action="lambda:InvokeFunction",
                Principal="events.amazonaws.com",
                SourceArn=source,
            )
        if settings:
            cloud.lambda_.put_function_event_invoke_config(FunctionName=name, **settings)
        return name, rule

    return make


def count(cloud, name: str) -> int:
    return sum(line.startswith("event ") for line in said(cloud, name))


def test_a_schedule_fires_when_a_test_says_so_and_its_failure_is_tried_twice_more(cloud, scheduled, eventually):
    url, destination = cloud.message_queue()
    # However long the three take on a busy machine, it does not fire again by itself meanwhile.
    name, rule = scheduled(rate="30 days", DestinationConfig={"OnFailure": {"Destination": destination}})
    cloud.emulator.set(time_scale=600)
    cloud.emulator.fire(rule)
    messages = eventually(lambda: cloud.sqs.receive_message(QueueUrl=url).get("Messages"), "a message")
    failure = json.loads(messages[0]["Body"])
    assert failure["responsePayload"]["errorMessage"] == "the last run still works"
    assert failure["requestPayload"]["detail-type"] == "Scheduled Event"
    assert count(cloud, name) == 3


def test_a_schedule_fires_by_itself_when_time_passes_fast(cloud, scheduled, eventually):
    name, _ = scheduled(MaximumRetryAttempts=0)
    assert count(cloud, name) == 0
    cloud.emulator.set(time_scale=15 * 60 * 5)
    eventually(lambda: count(cloud, name) >= 2, "a second invocation")


def test_a_rule_that_the_function_does_not_let_in_invokes_nothing(cloud, scheduled):
    name, rule = scheduled(permitted=False)
    cloud.emulator.fire(rule)
    denial = cloud.emulator.denials()[-1]
    assert (denial["principal"], denial["action"]) == ("events.amazonaws.com", "lambda:InvokeFunction")
    assert count(cloud, name) == 0


def test_an_alarm_sees_the_errors_of_asynchronous_invocations(cloud, scheduled, eventually):
    name, rule = scheduled(MaximumRetryAttempts=0)
    cloud.emulator.fire(rule)
    request = {
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": name}],
        "StartTime": time.time() - 600,
        "EndTime": time.time() + 600,
        "Period": 60,
        "Statistics": ["Sum"],
    }

    def errors() -> float:
        return sum(point["Sum"] for point in cloud.cloudwatch.get_metric_statistics(**request)["Datapoints"])

    eventually(errors, "a data point")
