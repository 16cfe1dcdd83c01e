"""Lifecycle policies of repositories, as ECR's guide says they are evaluated."""

import base64
import json

import pytest
from botocore.exceptions import ClientError

from emulator.ecr.lifecycle_rules import DAY, Stored, evaluate, parse
from lab.client import Client
from lab.images import make_image


def expire(priority: int, **selection) -> dict:
    if selection["countType"] != "imageCountMoreThan":
        selection["countUnit"] = "days"
    return {"rulePriority": priority, "selection": selection, "action": {"type": "expire"}}


UNTAGGED = expire(1, tagStatus="untagged", countType="sinceImagePushed", countNumber=14)


@pytest.fixture
def repository(cloud):
    """`repository(*rules)` is a new one's name, with a client of the registry."""

    def make(*rules: dict) -> tuple[str, Client]:
        name = cloud.unique("repository")
        cloud.ecr.create_repository(repositoryName=name)
        cloud.ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=json.dumps({"rules": rules}))
        token = cloud.ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        user, _, password = base64.b64decode(token).decode().partition(":")
        return name, Client(f"127.0.0.1:{cloud.emulator.port}", credentials=(user, password))

    return make


def single(name: str):
    """An image without an index around it."""
    image = make_image(name, architectures=("amd64",))
    image.manifests.pop()
    return image


def expired(cloud, name: str, days: float) -> set[str]:
    found = cloud.emulator.sweep_images(days)["expired"]
    return {image.partition("@")[2] for image in found if image.startswith(f"{name}@")}


def test_days_count_from_the_push_and_not_from_when_the_tag_left(cloud, repository):
    name, registry = repository(UNTAGGED)
    old = registry.push(single("old"), name, "latest")
    assert expired(cloud, name, 20) == set()
    registry.push(single("new"), name, "latest")
    # The tag left it this minute, and the push is what counts.
    assert expired(cloud, name, 13) == set()
    assert expired(cloud, name, 20) == {old}


def test_what_an_index_names_stays_as_long_as_the_index(cloud, repository):
    name, registry = repository(UNTAGGED)
    index = make_image("several")
    registry.push(index, name, "1.0")
    assert expired(cloud, name, 1000) == set()


def test_an_image_that_an_earlier_rule_is_about_counts_in_a_later_one_and_is_not_taken_by_it():
    anything = expire(2, tagStatus="any", countType="imageCountMoreThan", countNumber=1)
    rules = parse(json.dumps({"rules": [UNTAGGED, anything]}))
    images = [Stored("oldest", ("1.0",), DAY), Stored("left", (), 2 * DAY), Stored("newest", ("latest",), 3 * DAY)]
    # Of the two beyond the newest, one is the first rule's, and not old enough for that.
    assert set(evaluate(rules, images, 4 * DAY)) == {"oldest"}
    assert set(evaluate(rules, images, 17 * DAY)) == {"oldest", "left"}


def test_pulls_keep_an_image_out_of_the_archive_and_the_archive_has_days_of_its_own():
    archive = {"type": "transition", "targetStorageClass": "archive"}
    idle = {**expire(1, tagStatus="any", countType="sinceImagePulled", countNumber=30), "action": archive}
    forgotten = expire(2, tagStatus="any", storageClass="archive", countType="sinceImageTransitioned", countNumber=90)
    rules = parse(json.dumps({"rules": [idle, forgotten]}))
    images = [
        Stored("pulled", ("1",), 0, pulled=80 * DAY),
        Stored("idle", ("2",), 0),
        Stored("archived", ("3",), 0, archived=50 * DAY),
    ]
    assert {key: rule.action for key, rule in evaluate(rules, images, 100 * DAY).items()} == {"idle": "transition"}
    late = evaluate(rules, images, 145 * DAY)
    assert {key: rule.action for key, rule in late.items()}["archived"] == "expire"


def test_tags_match_whole_patterns(cloud, repository):
    name, registry = repository(
        expire(1, tagStatus="tagged", tagPatternList=["nightly-*"], countType="sinceImagePushed", countNumber=1)
    )
    nightly = registry.push(single("a"), name, "nightly-1")
    registry.push(single("b"), name, "my-nightly-1")
    assert expired(cloud, name, 2) == {nightly}


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ([UNTAGGED, {**UNTAGGED, "rulePriority": 2}], "only one rule may select untagged"),
        (
            [
                expire(1, tagStatus="any", countType="imageCountMoreThan", countNumber=9),
                {**UNTAGGED, "rulePriority": 2},
            ],
            "highest",
        ),
        ([expire(1, tagStatus="any", countType="sinceImagePulled", countNumber=9)], "cannot be used with action"),
        ([expire(1, tagStatus="any", countType="sinceImagePushed", countNumber=0)], "at least 1"),
        ([expire(1, tagStatus="tagged", countType="sinceImagePushed", countNumber=1)], "tagPatternList"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_policy_that_ecr_does_not_take_is_refused(cloud, rules, reason):
    name = cloud.unique("repository")
    cloud.ecr.create_repository(repositoryName=name)
    with pytest.raises(ClientError, match=reason):
        cloud.ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=json.dumps({"rules": rules}))
