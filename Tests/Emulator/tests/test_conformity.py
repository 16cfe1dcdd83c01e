"""Requests that AWS would refuse, and MiniStack would not; and answers that AWS would not give."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from emulator.conformity import answers, shapes, signing
from emulator.conformity.calls import Call, Request, recognise
from emulator.models import model

JSON_1_0, JSON_1_1 = "application/x-amz-json-1.0", "application/x-amz-json-1.1"
GET = "DynamoDB_20120810.GetItem"
PUT = "DynamoDB_20120810.PutItem"
LIST = "AmazonEC2ContainerRegistry_V20150921.ListImages"


@pytest.fixture
def wrong(cloud) -> Iterator[Any]:
    """The cloud, of whose emulator wrong things are asked on purpose."""
    yield cloud
    cloud.emulator.clear_misfits()


def post(cloud, body: dict | list | bytes, scope: str, path: str = "/", **headers: str) -> tuple[int, dict, str]:
    """A signed request of any content; the status, the answer, and what the emulator says of it."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = AWSRequest("POST", cloud.emulator.endpoint + path, data=data, headers=named)
    admin = cloud.emulator.admin
    SigV4Auth(Credentials(admin["accessKeyId"], admin["secretAccessKey"]), scope, "us-east-1").add_auth(request)
    answer = URLLib3Session().send(request.prepare())
    return answer.status_code, json.loads(answer.content), answer.headers.get("x-emulator-fault", "")


@pytest.mark.parametrize(
    ("target", "body", "message"),
    [
        (GET, {"TableName": "table"}, "Missing required member GetItem.Key"),
        (GET, {"TableName": 1, "Key": {}}, "Invalid type for member GetItem.TableName: int, not a string"),
        (GET, {"TableName": "table", "Key": {}, "Tabelname": ""}, "Unknown member GetItem.Tabelname"),
        (GET, {"TableName": "table", "Key": {"Source": {"X": "1"}}}, "Unknown member GetItem.Key.Source.X"),
        (GET, {"TableName": "table", "Key": {}, "ConsistentRead": 1}, "ConsistentRead: int, not true or false"),
        (GET, {"TableName": "", "Key": {}}, "'GetItem.TableName' failed to satisfy constraint: at least 1"),
        (PUT, {"TableName": "table", "Item": {}, "ReturnValues": "SOME"}, "Member must satisfy enum value set"),
        (GET, [], "Invalid type for member GetItem: list, not an object"),
        (GET, b"{", "not JSON"),
        ("DynamoDB_20120810.GetThing", {}, "no operation GetThing"),
        (LIST, {"repositoryName": "own/name", "filter": {"tagStatus": "SOME"}}, "Member must satisfy enum value set"),
        (LIST, {"repositoryName": "own/name", "maxResults": 1001}, "at most 1000"),
        (LIST, {"repositoryName": "Own/Name"}, "Member must satisfy regular expression pattern"),
    ],
)
def test_a_request_that_does_not_fit_the_model_is_refused_and_remembered(wrong, target, body, message):
    scope, kind = ("dynamodb", JSON_1_0) if target.startswith("Dynamo") else ("ecr", JSON_1_1)
    status, answer, said = post(wrong, body, scope, X_Amz_Target=target, Content_Type=kind)
    assert status == 400
    assert message in answer["message"]
    assert message in said
    assert [message in misfit for misfit in wrong.emulator.misfits()] == [True]


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        ("submitjob", {"jobName": "a", "jobQueue": "b"}, "Missing required member SubmitJob.jobDefinition"),
        ("listjobs", {"jobQueue": "a", "jobStatus": "DONE"}, "Member must satisfy enum value set"),
        ("describejobs", {"jobs": "a"}, "Invalid type for member DescribeJobs.jobs: str, not a list"),
        ("describejobs?x=1", {"jobs": []}, "Unknown parameter DescribeJobs?x"),
    ],
)
def test_a_request_to_a_path_is_held_to_its_model(wrong, operation, body, message):
    status, answer, said = post(wrong, body, "batch", f"/v1/{operation}", Content_Type="application/json")
    assert (status, answer["__type"]) == (400, "ClientException")
    assert message in answer["message"] and message in said


def test_a_signature_made_out_to_another_service_is_refused(wrong):
    body = {"TableName": "table", "Key": {}}
    status, answer, _ = post(wrong, body, "ecr", X_Amz_Target=GET, Content_Type=JSON_1_0)
    assert (status, answer["__type"]) == (400, "InvalidSignatureException")


@pytest.mark.parametrize("kind", ["application/json", JSON_1_1])
def test_a_content_type_of_another_protocol_is_refused(wrong, kind):
    body = {"TableName": "table", "Key": {}}
    status, answer, _ = post(wrong, body, "dynamodb", X_Amz_Target=GET, Content_Type=kind)
    assert (status, answer["__type"]) == (400, "SerializationException")


def test_what_a_program_asks_must_be_known(wrong):
    _, answer, said = post(
        wrong, {}, "batch", "/v1/submitjobs", Content_Type="application/json", User_Agent="ecrmirror"
    )
    assert answer["__type"] == "UnknownOperationException"
    assert said == "no service here has POST /v1/submitjobs"


def test_an_emulator_that_was_asked_what_aws_refuses_does_not_end_well():
    from lab.emulator import Emulator

    emulator = Emulator()
    with pytest.raises(emulator.client("dynamodb").exceptions.ClientError):
        emulator.client("dynamodb").get_item(TableName="table", Key={}, ReturnConsumedCapacity="SOME")
    with pytest.raises(RuntimeError, match=r"ReturnConsumedCapacity.* enum value set"):
        emulator.close()


def form(**fields: str) -> tuple[str, ...]:
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    call, wrong = recognise(Request("POST", "/", "", headers, urlencode(fields).encode()))
    return call.faults if call else wrong


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"Action": "GetCallerIdentity"}, ()),
        ({"Action": "AssumeRole", "RoleArn": "arn:aws:iam::123456789012:role/a", "RoleSessionName": "ab"}, ()),
        (
            {"Action": "AssumeRole", "RoleArn": "arn:aws:iam::123456789012:role/a", "RoleSessionName": "a b"},
            (
                "Value at 'AssumeRole.RoleSessionName' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: [\\w+=,.@-]*",
            ),
        ),
        (
            {"Action": "AssumeRole", "RoleArn": "arn:aws:iam::123456789012:role/a", "DurationSeconds": "soon"},
            (
                "Missing required member AssumeRole.RoleSessionName",
                "Invalid type for member AssumeRole.DurationSeconds: str, not a number (integer)",
            ),
        ),
        ({"Action": "GetCallerIdentity", "Account": "a"}, ("Unknown parameter GetCallerIdentity.Account",)),
        ({"Action": "Assume"}, ("sts", "InvalidAction", "Could not find operation Assume for version 2011-06-15")),
    ],
)
def test_a_form_is_held_to_its_model(fields, faults):
    assert form(Version="2011-06-15", **fields) == faults


SIGNED = {
    "host": "dynamodb.eu-central-1.amazonaws.com",
    "x-amz-date": "20261129T000000Z",
    "authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20261129/eu-central-1/dynamodb/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={64 * 'a'}",
}


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, ""),
        ({"host": "dynamodb-fips.eu-central-1.amazonaws.com"}, ""),
        ({"host": "dynamodb.eu-central-1.api.aws"}, ""),
        ({"host": "127.0.0.1:8080"}, ""),
        ({"host": "dynamodb.us-east-1.amazonaws.com"}, "dynamodb is not at dynamodb.us-east-1.amazonaws.com"),
        ({"x-amz-security-token": "t"}, "were not signed: x-amz-security-token"),
        ({"x-amz-date": "20261128T000000Z"}, "Date in Credential scope does not match"),
        ({"authorization": SIGNED["authorization"].replace("dynamodb", "ecr")}, "correct service: 'dynamodb'"),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=AKIA"}, "is not of the form of signature version 4"),
    ],
)
def test_a_signature_and_the_endpoint_suit_the_operation(headers, said):
    request = Request("POST", "/", "", {**SIGNED, **headers}, b"")
    found = signing.fault(request, model("dynamodb").operation_model("GetItem"), must_match_host=True)
    assert (said in found) if said else found == ""


def test_what_hands_out_keys_takes_no_signature():
    request = Request(
        "GET",
        "/federation/credentials",
        "role_name=a&account_id=123456789012",
        {**SIGNED, "x-amz-sso_bearer_token": "t"},
        b"",
    )
    call, _ = recognise(Request("GET", request.path, request.query, {"x-amz-sso_bearer_token": "t"}, b""))
    assert call is not None and call.operation.name == "GetRoleCredentials" and not call.faults
    assert signing.fault(request, call.operation, False) == "GetRoleCredentials takes no signature"


@pytest.mark.parametrize(
    ("service", "operation", "status", "body", "faults"),
    [
        ("dynamodb", "GetItem", 200, {"Item": {"Source": {"S": "a"}}}, []),
        ("dynamodb", "GetItem", 200, {"Itme": {}}, ["Unknown member GetItem.Itme"]),
        ("dynamodb", "GetItem", 200, {"Item": {"Source": {"S": "a", "N": "1"}}}, []),
        ("batch", "SubmitJob", 200, {"jobName": "a"}, ["Missing required member SubmitJob.jobId"]),
        ("ssm", "GetParameter", 200, {"Parameter": {"LastModifiedDate": "today"}}, ["a number of seconds"]),
        ("ecr", "GetAuthorizationToken", 200, {"authorizationData": [{"authorizationToken": "%"}]}, []),
        ("ssm", "GetParameter", 400, {"__type": "ParameterNotFound"}, []),
        ("ssm", "GetParameter", 400, {"__type": "ParameterMissing"}, ["ParameterMissing is none of its errors"]),
        (
            "batch",
            "SubmitJob",
            500,
            {"__type": "ClientException", "message": "a"},
            ["ClientException comes with status 400"],
        ),
        ("dynamodb", "GetItem", 400, {"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}, []),
    ],
)
def test_an_answer_is_held_to_the_model(service, operation, status, body, faults):
    call = Call(service, model(service).operation_model(operation))
    found = list(answers.faults(call, status, {}, json.dumps(body).encode()))
    assert len(found) == len(faults), found
    assert all(expected in sentence for expected, sentence in zip(faults, found, strict=True))


def test_of_a_long_list_both_ends_are_looked_at():
    shape = model("batch").operation_model("DescribeJobs").input_shape
    document = {"jobs": [*(["a"] * 60), *([1] * 50), *(["a"] * 49), 2]}
    found = list(shapes.faults(document, shape, "DescribeJobs"))
    assert found == ["Invalid type for member DescribeJobs.jobs[159]: int, not a string"]
