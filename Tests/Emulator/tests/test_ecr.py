"""ECR: who may push, the events of a push, and immutable tags."""

import base64

import pytest

from lab.client import Client, Refused
from lab.images import make_image


@pytest.fixture
def ecr(cloud):
    return cloud.ecr


def sign_in(cloud, credentials: dict[str, str] | None = None) -> Client:
    """A client of the registry with a token of the user's, or the administrator's."""
    answer = cloud.emulator.client("ecr", credentials).get_authorization_token()
    user, _, token = base64.b64decode(answer["authorizationData"][0]["authorizationToken"]).decode().partition(":")
    return Client(f"127.0.0.1:{cloud.emulator.port}", credentials=(user, token))


def test_a_pushed_image_is_in_the_api_and_in_the_registry(cloud, ecr):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    registry, image = sign_in(cloud), make_image("one")
    registry.push(image, name, "1.0")
    assert registry.digest(name, "1.0") == image.digest
    tagged = ecr.list_images(repositoryName=name, filter={"tagStatus": "TAGGED"})["imageIds"]
    assert tagged == [{"imageDigest": image.digest, "imageTag": "1.0"}]


def test_the_registry_wants_a_token(cloud):
    client = Client(f"127.0.0.1:{cloud.emulator.port}")
    status, headers, _ = client.request("GET", "/v2/")
    assert status == 401
    assert headers["Www-Authenticate"].startswith("Basic realm=")


def test_a_push_is_told_on_the_event_bus_and_children_of_an_index_have_no_tag(cloud, ecr, events):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    wait = events("aws.ecr", count=3)
    image = make_image("two")
    sign_in(cloud).push(image, name, "2.0")
    details = [event["detail"] for event in wait()]
    assert {detail["action-type"] for detail in details} == {"PUSH"}
    assert {detail["repository-name"] for detail in details} == {name}
    assert sorted((detail["image-digest"], detail.get("image-tag")) for detail in details) == sorted(
        (manifest.digest, "2.0" if manifest.digest == image.digest else None) for manifest in image.manifests
    )


@pytest.mark.parametrize("second", ["one", "other"], ids=["the same digest", "another digest"])
def test_an_immutable_tag_is_pushed_once(cloud, ecr, second):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
    registry = sign_in(cloud)
    registry.push(make_image("one"), name, "1.0")
    with pytest.raises(Refused, match="cannot be overwritten because the tag is immutable") as refused:
        registry.push(make_image(second), name, "1.0")
    assert refused.value.status == 400


def test_policies_hold_in_the_registry_too(cloud, ecr):
    name = cloud.unique("repository")
    ecr.create_repository(repositoryName=name)
    reading = {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken", "ecr:Batch*"], "Resource": "*"}
    registry = sign_in(cloud, cloud.user(reading))
    assert registry.digest(name, "1.0") is None
    with pytest.raises(Refused, match="not authorized to perform: ecr:InitiateLayerUpload"):
        registry.push(make_image("one"), name, "1.0")
    denial = cloud.emulator.denials()[-1]
    assert (denial["action"], denial["resource"].endswith(f":repository/{name}")) == ("ecr:InitiateLayerUpload", True)


def test_a_token_expires(cloud, ecr):
    cloud.emulator.set(registry_token_lifetime=0)
    registry = sign_in(cloud)
    cloud.emulator.set(registry_token_lifetime=43200)
    status, _, body = registry.request("GET", "/v2/")
    assert (status, b"has expired" in body) == (403, True)
