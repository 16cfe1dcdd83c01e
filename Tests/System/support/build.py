"""Stands for a build in CodeBuild: pushes a small image, or the index of both, as the version that it is given."""

import base64
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

import boto3

from lab.client import Client
from lab.images import make_image


def main() -> None:
    token = boto3.client("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]
    user, _, password = base64.b64decode(token).decode().partition(":")
    host = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://")
    repository, part = os.environ["REPOSITORY"].partition("/")[2], os.environ["PART"]
    image = make_image("own", architectures=("amd64", "arm64") if part == "index" else (part,))
    if part != "index":
        image.manifests.pop()
    tag = os.environ["TAG"] if part == "index" else f"{os.environ['TAG']}-{part}"
    Client(host, credentials=(user, password)).push(image, repository, tag)


if __name__ == "__main__":
    main()
