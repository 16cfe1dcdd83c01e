"""The push function as one would write it in Python: the baseline of ecrmirror-lambda in `run`.

It makes its clients while it starts, as AWS advises, and then takes events from the Runtime API, as AWS's own runtime
for Python does.
"""

import http.client
import json
import os

import boto3

API = "/2018-06-01/runtime/invocation"

dynamodb = boto3.client("dynamodb")
batch = boto3.client("batch")


def handle(event: dict) -> dict:
    failed = []
    for record in event["Records"]:
        source = json.loads(record["body"])["source"]
        row = dynamodb.get_item(TableName="mirrors", Key={"Source": {"S": source}}).get("Item")
        if row:
            batch.submit_job(
                jobName="push",
                jobQueue="mirror",
                jobDefinition="mirror",
                parameters={"source": source, "dest": row["Destination"]["S"]},
            )
    return {"batchItemFailures": failed}


def main() -> None:
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        connection.request("GET", f"{API}/next")
        answer = connection.getresponse()
        event = json.loads(answer.read())
        body = json.dumps(handle(event))
        connection.request("POST", f"{API}/{answer.headers['Lambda-Runtime-Aws-Request-Id']}/response", body)
        connection.getresponse().read()


main()
