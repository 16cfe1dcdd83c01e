"""Requests that AWS would refuse, and MiniStack would not."""

import json

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

JSON = "application/x-amz-json-1.0"


def post(cloud, target: str, body: dict | list | bytes, scope: str, content_type: str = JSON) -> tuple[int, dict]:
    """A signed request of any content; the status and the answer."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"X-Amz-Target": target, "Content-Type": content_type}
    request = AWSRequest("POST", cloud.emulator.endpoint + "/", data=data, headers=headers)
    admin = cloud.emulator.admin
    SigV4Auth(Credentials(admin["accessKeyId"], admin["secretAccessKey"]), scope, "us-east-1").add_auth(request)
    answer = URLLib3Session().send(request.prepare())
    return answer.status_code, json.loads(answer.content)


GET = "DynamoDB_20120810.GetItem"
PUT = "DynamoDB_20120810.PutItem"
LIST = "AmazonEC2ContainerRegistry_V20150921.ListImages"


@pytest.mark.parametrize(
    ("target", "body", "message"),
    [
        (GET, {"TableName": "table"}, 'Missing required parameter in input: "Key"'),
        (GET, {"TableName": 1, "Key": {}}, "Invalid type for parameter TableName"),
        (GET, {"TableName": "table", "Key": {}, "Tabelname": ""}, 'Unknown parameter in input: "Tabelname"'),
        (GET, {"TableName": "table", "Key": {"Source": {"X": "1"}}}, 'Unknown parameter in Key.Source: "X"'),
        (PUT, {"TableName": "table", "Item": {}, "ReturnValues": "SOME"}, "Member must satisfy enum value set"),
        (GET, [], "not an object"),
        (GET, b"{", "not JSON"),
        ("DynamoDB_20120810.GetThing", {}, "no operation GetThing"),
        (LIST, {"repositoryName": "own/name", "filter": {"tagStatus": "SOME"}}, "Member must satisfy enum value set"),
        (LIST, {"repositoryName": "own/name", "maxResults": 1001}, "at most 1000"),
    ],
)
def test_a_request_that_does_not_fit_the_model_is_refused(cloud, target, body, message):
    scope = "dynamodb" if target.startswith("Dynamo") else "ecr"
    status, answer = post(cloud, target, body, scope)
    assert status == 400
    assert message in answer["message"]


def test_a_signature_made_out_to_another_service_is_refused(cloud):
    status, answer = post(cloud, GET, {"TableName": "table", "Key": {}}, "ecr")
    assert (status, answer["__type"]) == (400, "InvalidSignatureException")


def test_a_content_type_of_another_protocol_is_refused(cloud):
    status, answer = post(cloud, GET, {"TableName": "table", "Key": {}}, "dynamodb", "application/json")
    assert (status, answer["__type"]) == (400, "SerializationException")
