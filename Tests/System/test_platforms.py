"""Mirrors of some platforms: what arrives, when it is in step, and what is said of what the source lacks."""

import contextlib
import json
import sqlite3

import pytest

from conftest import CREDENTIALS
from lab.client import ACCEPT
from lab.images import INDEX, Image, digest, make_image
from support import skopeo
from support.proxy import immutable

MANY = ("amd64", "arm64", "s390x")


def manifest(client, reference: str) -> dict:
    """The manifest that a destination has under a tag, checked to be whole: all that it names is there."""
    repository, _, tag = reference.partition("/")[2].rpartition(":")
    status, headers, body = client.request("GET", f"/v2/{repository}/manifests/{tag}", headers={"Accept": ACCEPT})
    assert status == 200, body
    found = json.loads(body)
    for child in found.get("manifests", []):
        status, _, body = client.request(
            "GET", f"/v2/{repository}/manifests/{child['digest']}", headers={"Accept": ACCEPT}
        )
        assert status == 200 and digest(body) == child["digest"]
        for blob in [json.loads(body)["config"], *json.loads(body)["layers"]]:
            assert client.request("HEAD", f"/v2/{repository}/blobs/{blob['digest']}")[0] == 200
    assert headers["Content-Type"] == found["mediaType"]
    return found


def platforms(found: dict) -> list[str]:
    return ["/".join((child["platform"]["os"], child["platform"]["architecture"])) for child in found["manifests"]]


def with_annotation(image: Image) -> Image:
    """The image with something noted about its index."""
    index = json.loads(image.manifests.pop().content)
    image.add_manifest(INDEX, {"manifests": index["manifests"], "annotations": {"org.example": "a [b] {c}"}})
    return image


def test_only_the_selected_platforms_arrive_under_an_index_of_their_own(anywhere, source, destination, client):
    image = with_annotation(make_image("app", architectures=MANY, attested=True))
    client(source).push(image, "app", "1.0")
    origin, copy = f"{source.host}/app:1.0", f"{destination.host}/copy/app:1.0"
    anywhere.ecrmirror("add", origin, f"{destination.host}/copy/app", "--platforms", "linux/arm64/v8,linux/amd64")
    (row,) = anywhere.ecrmirror("status", "--json").json["entries"]
    assert (row["platforms"], row["sparse"]) == (["linux/arm64", "linux/amd64"], False)
    anywhere.ecrmirror("mirror", "--all")
    there = client(destination)
    made, whole = manifest(there, copy), json.loads(image.manifests[-1].content)
    # Provenances of the images that were selected come along, byte for byte as the source lists them.
    assert made == {**whole, "manifests": whole["manifests"][:4]}
    assert platforms(made) == ["linux/amd64", "unknown/unknown", "linux/arm64", "unknown/unknown"]
    assert skopeo.digest(copy) != image.digest
    anywhere.ecrmirror("check", exit=0)
    seen = anywhere.destination(copy)
    assert (seen["state"], seen["digest"], seen["error"]) == ("in-sync", skopeo.digest(copy), None)
    for child in whole["manifests"][4:]:
        assert there.request("HEAD", f"/v2/copy/app/manifests/{child['digest']}", headers={"Accept": ACCEPT})[0] == 404
    (job,) = anywhere.ecrmirror("history", origin, "--json").json["items"][:1]
    assert job["destinations"][0]["after"] == seen["digest"] and job["platforms"] == row["platforms"]


def test_drift_is_judged_by_what_was_selected(account, source, destination, proxy, client):
    front, back = proxy(source.host), proxy(destination.host)
    origin, copy = f"{front.host}/app:1", f"{back.host}/app:1"
    client(source).push(make_image("one", architectures=MANY), "app", "1")
    account.ecrmirror("add", origin, copy, "--platforms", "linux/amd64,linux/arm64")
    account.ecrmirror("mirror", "--all")
    first = skopeo.digest(copy)
    for side in (front, back):
        side.forget()
    account.ecrmirror("check", exit=0)
    assert [(request.method, request.kind) for request in front.requests + back.requests] == [("HEAD", "manifest")] * 2

    # Another platform at the source is nobody's: its index is read, and nothing is copied or written.
    client(source).push(make_image("one", architectures=(*MANY, "riscv64")), "app", "1")
    account.ecrmirror("check", exit=3)
    for side in (front, back):
        side.forget()
    account.ecrmirror("mirror", "--drifted")
    assert (front.count("GET", "manifest"), front.count("GET", "blob")) == (1, 0)
    assert {request.method for request in back.requests} == {"HEAD"}
    assert skopeo.digest(copy) == first
    account.ecrmirror("check", exit=0)

    # A selected one that changed is drift, and is copied.
    client(source).push(make_image("two", architectures=MANY), "app", "1")
    account.ecrmirror("check", exit=3)
    assert account.states() == {copy: "drifted"}
    drift = account.ecrmirror("diff", origin, "--json", exit=3).json
    assert {platform["name"]: platform["change"] for platform in drift["platforms"]} == {
        "linux/amd64": "changed",
        "linux/arm64": "changed",
    }
    account.ecrmirror("mirror", "--drifted")
    second = skopeo.digest(copy)
    assert second != first and platforms(manifest(client(destination), copy)) == ["linux/amd64", "linux/arm64"]
    account.ecrmirror("check", exit=0)
    done = account.ecrmirror("diff", origin, "--json").json
    assert (done["inSync"], done["before"], done["after"]) == (True, first, second)

    # What somebody else puts there is drift.
    client(destination).push(make_image("two", architectures=MANY), "app", "1")
    account.ecrmirror("check", exit=3)
    account.ecrmirror("mirror", "--drifted")
    assert skopeo.digest(copy) == second


def test_the_source_of_an_immutable_tag_is_not_asked_once_its_platforms_are_there(
    account, source, destination, proxy, client
):
    front = proxy(source.host)
    image = make_image("app", architectures=MANY)
    client(source).push(image, "app", "1")
    origin, copy = f"{front.host}/app:1", f"{destination.host}/app:1"
    account.ecrmirror("add", origin, copy, "--platforms", "linux/amd64", "--immutable", "*")
    account.ecrmirror("mirror", "--all")
    front.forget()
    account.ecrmirror("check", exit=0)
    assert front.requests == []
    # What is there was made of other platforms than the row has now.
    account.ecrmirror("edit", origin, "--all-platforms")
    account.ecrmirror("check", exit=3)
    account.ecrmirror("mirror", "--all")
    assert skopeo.digest(copy) == image.digest
    account.ecrmirror("edit", origin, "--platforms", "linux/amd64")
    account.ecrmirror("check", exit=3)


def test_other_platforms_and_all_of_them_are_copied_anew(account, source, destination, client):
    image = make_image("app", architectures=MANY)
    client(source).push(image, "app", "1")
    origin, copy = f"{source.host}/app:1", f"{destination.host}/app:1"
    account.ecrmirror("add", origin, copy)
    account.ecrmirror("mirror", "--all")
    account.ecrmirror("edit", origin, "--platforms", "linux/s390x")
    account.ecrmirror("check", exit=3)
    assert "not copied with these platforms" in account.destination(copy)["error"]
    account.ecrmirror("mirror", "--all")
    assert platforms(manifest(client(destination), copy)) == ["linux/s390x"]
    account.ecrmirror("check", exit=0)
    account.ecrmirror("edit", origin, "--all-platforms")
    account.ecrmirror("check", exit=3)
    account.ecrmirror("mirror", "--all")
    assert skopeo.digest(copy) == image.digest
    account.ecrmirror("check", exit=0)


def test_a_platform_that_the_source_lacks_is_said(anywhere, source, destination, client):
    client(source).push(make_image("some", architectures=("amd64", "s390x")), "app", "some")
    client(source).push(make_image("none", architectures=("s390x",)), "app", "none")
    for tag in ("some", "none"):
        anywhere.ecrmirror(
            "add", f"{source.host}/app:{tag}", f"{destination.host}/app", "--platforms", "linux/amd64,linux/arm64"
        )
    some, none = f"{destination.host}/app:some", f"{destination.host}/app:none"
    assert anywhere.ecrmirror("mirror", "--all", exit=None).exit != 0
    assert platforms(manifest(client(destination), some)) == ["linux/amd64"]
    assert client(destination).digest("app", "none") is None
    anywhere.ecrmirror("check", exit=3)
    assert anywhere.states() == {some: "in-sync", none: "failed"}
    assert anywhere.destination(some)["error"] == "the source has no linux/arm64"
    error = anywhere.destination(none)["error"]
    assert "none of the mirror's platforms (linux/amd64, linux/arm64): it has linux/s390x" in error


def test_several_destinations_have_the_same_index_and_the_source_is_pulled_once(
    account, source, destination, registry, proxy, client
):
    front, third = proxy(source.host), registry()
    image = make_image("app", architectures=MANY)
    client(source).push(image, "app", "1")
    copies = [f"{destination.host}/a:1", f"{destination.host}/b:1", f"{third.host}/c:1"]
    account.ecrmirror("add", f"{front.host}/app:1", *copies, "--platforms", "linux/amd64,linux/s390x")
    account.ecrmirror("mirror", "--all")
    assert len({skopeo.digest(copy) for copy in copies}) == 1
    for copy, place in zip(copies, (destination, destination, third), strict=True):
        assert platforms(manifest(client(place), copy)) == ["linux/amd64", "linux/s390x"]
    # The index, and two of its three images.
    assert front.count("GET", "manifest") == 3
    blobs = [request.path for request in front.requests if request.kind == "blob" and request.method == "GET"]
    assert len(blobs) == len(set(blobs)) == len(image.blobs) * 2 // 3


def test_a_single_image_is_copied_as_it_is_if_its_platform_is_selected(account, source, destination, client):
    image = make_image("app", architectures=("arm64",))
    image.manifests.pop()
    client(source).push(image, "app", "1")
    origin, copy = f"{source.host}/app:1", f"{destination.host}/app:1"
    account.ecrmirror("add", origin, copy, "--platforms", "linux/arm64")
    account.ecrmirror("mirror", "--all")
    assert skopeo.digest(copy) == image.digest
    account.ecrmirror("check", exit=0)
    account.ecrmirror("edit", origin, "--platforms", "linux/amd64")
    assert account.ecrmirror("mirror", "--all", exit=None).exit != 0
    assert "it has linux/arm64" in account.destination(copy)["error"]


def test_an_immutable_tag_that_holds_something_else_is_blocked(account, source, destination, proxy, client):
    back = proxy(destination.host)
    client(source).push(make_image("app", architectures=MANY), "app", "1")
    client(destination).push(make_image("other"), "app", "1")
    back.when(immutable, method="PUT", path="/manifests/1$")
    account.ecrmirror("add", f"{source.host}/app:1", f"{back.host}/app:1", "--platforms", "linux/amd64")
    assert account.ecrmirror("mirror", "--all", exit=None).exit != 0
    assert account.states() == {f"{back.host}/app:1": "blocked"}


def test_the_registry_s_sign_in_serves_the_index_too(account, source, basic_registry, client):
    client(source).push(make_image("app", architectures=MANY), "app", "1")
    account.sign_in(basic_registry.host, *CREDENTIALS)
    copy = f"{basic_registry.host}/app:1"
    account.ecrmirror("add", f"{source.host}/app:1", copy, "--platforms", "linux/amd64,linux/arm64")
    account.ecrmirror("mirror", "--all")
    assert account.states() == {copy: "in-sync"}


def test_a_registry_that_takes_no_sparse_index_is_told_with_what_to_do(account, source, destination, client):
    client(source).push(make_image("app", architectures=MANY), "app", "1")
    origin, copy = f"{source.host}/app:1", f"{destination.host}/app:1"
    account.ecrmirror("add", origin, copy, "--platforms", "linux/amd64", "--sparse")
    assert account.ecrmirror("mirror", "--all", exit=None).exit != 0
    assert account.states() == {copy: "failed"}
    assert "`ecrmirror edit --no-sparse`" in account.destination(copy)["error"]
    account.ecrmirror("edit", origin, "--no-sparse")
    account.ecrmirror("mirror", "--all")
    assert platforms(manifest(client(destination), copy)) == ["linux/amd64"]
    account.ecrmirror("check", exit=0)


class Unchecked:
    """A registry that takes a manifest under a tag without a look at what it names."""

    def __init__(self):
        self.manifest = b""

    def __call__(self, handler) -> None:
        if handler.command == "PUT":
            self.manifest = b"".join(handler.body())
            handler.answer(201, {"Docker-Content-Digest": digest(self.manifest)}, b"")
        elif self.manifest:
            headers = {"Docker-Content-Digest": digest(self.manifest), "Content-Type": INDEX}
            handler.answer(200, headers, self.manifest)
        else:
            handler.answer(404, {}, b"")


def test_a_sparse_mirror_keeps_the_source_s_index_and_lacks_the_other_images(
    account, source, destination, proxy, client
):
    image = make_image("app", architectures=MANY)
    client(source).push(image, "app", "1")
    back, unchecked = proxy(destination.host), Unchecked()
    back.when(unchecked, path="/manifests/1$")
    origin, copy = f"{source.host}/app:1", f"{back.host}/app:1"
    account.ecrmirror("add", origin, copy, "--platforms", "linux/amd64", "--sparse")
    account.ecrmirror("mirror", "--all")
    amd64, arm64, _, index = image.manifests
    assert unchecked.manifest == index.content
    there = client(destination)

    def has(digest: str) -> bool:
        return there.request("HEAD", f"/v2/app/manifests/{digest}", headers={"Accept": ACCEPT})[0] == 200

    assert has(amd64.digest) and not has(arm64.digest)
    back.forget()
    account.ecrmirror("check", exit=0)
    assert [request.method for request in back.requests] == ["HEAD"]
    # One more platform is copied though the index says the same.
    account.ecrmirror("edit", origin, "--platforms", "linux/amd64,linux/arm64")
    assert account.ecrmirror("status", "--json").json["entries"][0]["sparse"] is True
    account.ecrmirror("check", exit=3)
    account.ecrmirror("mirror", "--all")
    assert has(arm64.digest)
    account.ecrmirror("check", exit=0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--platforms", "linux"), "'linux' is not a platform"),
        (("--platforms", ","), "Give at least one platform"),
        (("--sparse",), "--sparse needs --platforms"),
    ],
)
def test_what_is_no_platform_is_wrong_usage(account, arguments, words):
    said = account.ecrmirror("add", "r.example/a:1", "d.example/a", *arguments, exit=64)
    assert words in said.stderr, said.stderr


def test_a_row_whose_platforms_cannot_be_used_says_so_until_they_are_named_anew(account, source, destination, client):
    client(source).push(make_image("app", architectures=MANY), "app", "1")
    origin, copy = f"{source.host}/app:1", f"{destination.host}/app:1"
    account.ecrmirror("add", origin, copy)
    with contextlib.closing(sqlite3.connect(account.store / "mirrors.db")) as store, store:
        store.execute("UPDATE mirrors SET options = ?", (json.dumps({"platforms": ["linux"], "sparse": True}),))
    assert account.ecrmirror("mirror", "--all", exit=None).exit != 0
    assert client(destination).digest("app", "1") is None
    assert "'linux' is not a platform" in account.ecrmirror("status").stdout
    assert "'linux' is not a platform" in account.ecrmirror("edit", origin, "--no-sparse", exit=1).stderr
    account.ecrmirror("edit", origin, "--platforms", "linux/amd64", "--no-sparse")
    account.ecrmirror("mirror", "--all")
    assert platforms(manifest(client(destination), copy)) == ["linux/amd64"]
    account.ecrmirror("edit", origin, "--all-platforms", "--sparse", exit=64)
    account.ecrmirror("edit", origin, "--all-platforms")
    assert "--sparse needs --platforms" in account.ecrmirror("edit", origin, "--sparse", exit=64).stderr


def test_rows_with_platforms_go_out_and_come_in(account, tmp_path):
    account.ecrmirror("add", "r.example/a:1", "d.example/a:1", "--platforms", "linux/amd64,windows/amd64:10.0.20348")
    account.ecrmirror("add", "r.example/b:1", "d.example/b:1", "--platforms", "linux/amd64", "--sparse")
    rows = account.ecrmirror("export", "-", "--format", "json").json["mirrors"]
    assert [row["options"] for row in rows] == [
        {"platforms": ["linux/amd64", "windows/amd64:10.0.20348"]},
        {"platforms": ["linux/amd64"], "sparse": True},
    ]
    lines = account.ecrmirror("export", "-", "--format", "csv", "--partial").stdout.splitlines()
    assert lines[1] == "r.example/a:1,d.example/a:1,,true,linux/amd64 windows/amd64:10.0.20348"
    (tmp_path / "rows.csv").write_text("r.example/a:1,d.example/a:1,,true,linux/arm64\n")
    said = account.ecrmirror("import", tmp_path / "rows.csv", "--dry-run").stdout
    assert "platforms linux/amd64, windows/amd64:10.0.20348 -> linux/arm64" in said, said
