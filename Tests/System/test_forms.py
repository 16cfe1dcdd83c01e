"""Forms of images that the found skopeo cannot copy: told with the version that can, and not tried again."""

import json

import pytest

from lab.images import INDEX, MANIFEST, make_image
from support import skopeo

SOCI = "application/vnd.amazon.soci.index.v2+json"


def version() -> tuple[int, ...]:
    words = skopeo.run("--version").decode().split()
    return tuple(int(part) for part in words[2].split("-")[0].split("."))


def opened():
    """An image without its index, and the entries that were in it."""
    image = make_image("app")
    return image, json.loads(image.manifests.pop().content)["manifests"]


def with_soci():
    """As AWS's SOCI v2 has it: skopeo#2708."""
    image, entries = opened()
    index = {
        "artifactType": SOCI,
        "config": image.add_blob(SOCI, b"{}"),
        "layers": [image.add_blob("application/octet-stream", b"span")],
    }
    entry = image.add_manifest(MANIFEST, index)
    image.add_manifest(INDEX, {"manifests": [*entries, {**entry, "artifactType": SOCI}]})
    return image


def nested():
    """skopeo#2068"""
    image, entries = opened()
    image.add_manifest(INDEX, {"manifests": [entries[0], image.add_manifest(INDEX, {"manifests": entries[1:]})]})
    return image


def failed(account) -> str:
    account.ecrmirror("mirror", "--all", exit=1)
    assert [len(job["attempts"]) for job in account.jobs()] == [1]
    return next(iter(account.ecrmirror("status", "--json").json["entries"]))["destinations"][0]["error"]


@pytest.fixture
def mirror(account, source, destination, client):
    def add(image):
        client(source).push(image, "app", "1.0")
        account.ecrmirror("add", f"{source.host}/app:1.0", f"{destination.host}/app")
        return f"{destination.host}/app:1.0"

    return add


def test_an_index_with_a_soci_index_is_copied_or_told_with_the_version_that_can(account, source, mirror):
    copy = mirror(with_soci())
    if version() >= (1, 15):
        account.ecrmirror("mirror", "--all")
        assert account.states() == {copy: "in-sync"}
        return
    error = failed(account)
    assert f"{source.host}/app" in error and "1.15.0 or later" in error and "artifactType" in error
    doctor = account.ecrmirror("doctor", "--json", exit=None).json["checks"]
    seen = next(check["seen"] for check in doctor if check["name"] == "skopeo")
    assert (
        "cannot copy an index within an index" in seen
        and "artifactType, as SOCI v2 has it (possible from 1.15.0" in seen
    )


def test_a_nested_index_is_told_as_what_no_skopeo_copies(account, mirror):
    mirror(nested())
    error = failed(account)
    assert "or any other version so far" in error and "an index within an index" in error
