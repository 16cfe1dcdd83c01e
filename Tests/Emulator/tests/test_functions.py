"""Image functions run from a local executable."""

import json

import pytest

BOOTSTRAP = """#!/usr/bin/env python3
import json, os, sys, urllib.request
api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"
print("starting", os.environ.get("_HANDLER"), *sys.argv[1:], flush=True)
while True:
    with urllib.request.urlopen(f"{api}/invocation/next") as answer:
        identifier, event = answer.headers["Lambda-Runtime-Aws-Request-Id"], json.load(answer)
    print("event", json.dumps(event), flush=True)
    if "exit" in event:
        sys.exit(event["exit"])
    if "raise" in event:
        body, path = {"errorType": "Oops", "errorMessage": event["raise"]}, "error"
    elif "Records" in event:
        failed = [record["messageId"] for record in event["Records"] if "bad" in record["body"]]
        body, path = {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}, "response"
    else:
        body, path = {"got": event, "handler": os.environ.get("_HANDLER"), "pid": os.getpid()}, "response"
    request = urllib.request.Request(f"{api}/invocation/{identifier}/{path}", json.dumps(body).encode())
    urllib.request.urlopen(request).close()
"""


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
            Role=more.pop("role", None) or cloud.role("lambda.amazonaws.com"),
            **more,
        )
        return name

    return make


def invoke(cloud, name: str, event: dict) -> tuple[dict, dict]:
    answer = cloud.lambda_.invoke(FunctionName=name, Payload=json.dumps(event))
    return json.load(answer["Payload"]), answer


def test_an_invocation_reaches_the_executable_and_its_answer_comes_back(cloud, function):
    name = function("schedule")
    answer, _ = invoke(cloud, name, {"hello": 1})
    assert answer["got"] == {"hello": 1}
    assert answer["handler"] == "schedule"


def test_an_error_of_the_handler_is_told_as_lambda_tells_it(cloud, function):
    body, answer = invoke(cloud, function("push"), {"raise": "the last run still works"})
    assert answer["FunctionError"] == "Unhandled"
    assert body == {"errorType": "Oops", "errorMessage": "the last run still works"}
