"""From a row in the table to an equal digest at the destination."""

import json
import re
import shutil
from pathlib import Path

from conftest import CREDENTIALS
from lab.client import Client
from lab.images import make_image
from support import skopeo
from support.proxy import Hold, slow

SECOND = "127.0.0.1:9"  # the discard port: nobody answers


def test_a_new_mirror_is_missing_then_mirrored_then_in_sync(anywhere, source, destination, client):
    digest = client(source).push(make_image("app"), "team/app", "1.0")
    origin, copy = f"{source.host}/team/app:1.0", f"{destination.host}/copy/app:1.0"
    anywhere.ecrmirror("add", origin, f"{destination.host}/copy/app")
    assert anywhere.states() == {copy: "unknown"}
    anywhere.ecrmirror("check", exit=3)
    assert anywhere.states() == {copy: "missing"}
    assert origin in anywhere.ecrmirror("mirror", "--all", "--dry-run").stdout
    plan = anywhere.ecrmirror("mirror", "--all", "--dry-run", "--json").json
    assert [(copy["source"], copy["bytes"] > 0) for copy in plan["copies"]] == [(origin, True)]
    assert plan["bytes"]["unknown"] == 0 and plan["bytes"]["atMost"] >= plan["copies"][0]["bytes"]
    assert [(pulls["atLeast"], pulls["left"]) for pulls in plan["pulls"]] == [(1, None)]
    assert anywhere.jobs() == []
    anywhere.ecrmirror("mirror", origin)
    assert skopeo.digest(copy) == skopeo.digest(origin) == digest
    assert anywhere.states() == {copy: "in-sync"}
    anywhere.ecrmirror("check", exit=0)
    assert anywhere.destination(copy)["digest"] == digest


def test_a_source_that_moved_on_is_drift_until_it_is_mirrored_again(anywhere, source, destination, client):
    old = client(source).push(make_image("old"), "team/app", "latest")
    origin, copy = f"{source.host}/team/app:latest", f"{destination.host}/copy/app:latest"
    anywhere.ecrmirror("add", origin, copy)
    anywhere.ecrmirror("mirror", "--all")
    anywhere.ecrmirror("check")
    new = client(source).push(make_image("new", architectures=("amd64", "arm64", "riscv64")), "team/app", "latest")
    anywhere.ecrmirror("check", exit=3)
    assert anywhere.states() == {copy: "drifted"}
    drift = anywhere.ecrmirror("diff", origin, "--json", exit=3).json
    assert (drift["inSync"], drift["before"], drift["after"], drift["pulls"]) == (False, old, new, 4)
    anywhere.ecrmirror("mirror", "--drifted")
    assert skopeo.digest(copy) == new
    anywhere.ecrmirror("check")
    done = anywhere.ecrmirror("diff", origin, "--json").json
    assert (done["inSync"], done["before"], done["after"], done["pulls"]) == (True, old, new, 0)
    assert done["platforms"] == drift["platforms"]
    changes = {platform["name"]: platform["change"] for platform in done["platforms"]}
    assert changes == {"linux/amd64": "changed", "linux/arm64": "changed", "linux/riscv64": "added"}
    said = anywhere.ecrmirror("diff", origin).stdout
    assert "2 new (20 KiB), 2 gone (20 KiB)" in said and "labels       seed differs" in said, said
    assert said.endswith("2 platforms changed, 1 added\n")


def test_each_state_is_told_as_it_is(anywhere, source, destination, client):
    image = make_image("app")
    client(source).push(image, "app", "same", "moved", "new", "off", "over", "far")
    client(destination).push(image, "app", "same")
    client(destination).push(make_image("before"), "app", "moved")
    for tag in ("same", "moved", "new", "gone"):
        anywhere.ecrmirror("add", f"{source.host}/app:{tag}", f"{destination.host}/app")
    anywhere.ecrmirror("add", f"{source.host}/app:far", f"{SECOND}/app")
    anywhere.ecrmirror("add", f"{source.host}/app:off", f"{destination.host}/app", "--disabled")
    anywhere.ecrmirror("add", f"{source.host}/app:over", f"{destination.host}/app", "--expires", "2020-01-01")
    anywhere.ecrmirror("check", exit=3)
    here = f"{destination.host}/app"
    assert anywhere.states() == {
        f"{here}:same": "in-sync",
        f"{here}:moved": "drifted",
        f"{here}:new": "missing",
        f"{here}:gone": "source-missing",
        f"{SECOND}/app:far": "unreachable",
        f"{here}:off": "disabled",
        f"{here}:over": "expired",
    }
    assert "127.0.0.1:9" in anywhere.destination(f"{SECOND}/app:far")["error"]
    for tag in ("gone", "far"):
        assert anywhere.ecrmirror("mirror", f"{source.host}/app:{tag}", exit=None).exit != 0
    anywhere.ecrmirror("mirror", "--drifted")
    states = anywhere.states()
    assert states[f"{here}:moved"] == states[f"{here}:new"] == "in-sync"
    assert client(destination).digest("app", "off") is None
    assert client(destination).digest("app", "over") is None


def test_a_copy_shows_its_progress_on_a_terminal(account, source, destination, proxy, client):
    client(source).push(make_image("app", layer_bytes=1_000_000), "app", "1.0")
    front = proxy(source.host)
    front.when(slow(1_000_000), method="GET", path="/blobs/")
    account.ecrmirror("add", f"{front.host}/app:1.0", f"{destination.host}/copy")
    with account.screen("mirror", "--all", columns=160) as screen:
        screen.wait(re.compile(r"copying \[\.{20}\] 0 of 1 \S+/app:1.0 image \d of 2, [\d.]+ of [\d.]+ [KM]iB"))
        screen.wait("done ")
        assert screen.wait_for_end() == 0
    # Sizes are asked for by HEAD; the manifests are read once, by the copy itself.
    assert front.count("GET", "manifest") == 3


def test_bytes_move_while_a_layer_does_and_stay_known(account, source, destination, proxy, client):
    image = make_image("app", architectures=("amd64",), layers=1, layer_bytes=1_000_000)
    client(source).push(image, "app", "1.0")
    front, hold = proxy(source.host), Hold()
    front.when(hold.halfway, method="GET", path=max(image.blobs, key=lambda blob: len(image.blobs[blob])))
    origin = f"{front.host}/app:1.0"
    account.ecrmirror("add", origin, f"{destination.host}/copy")
    job = account.ecrmirror("mirror", origin, "--no-wait").stdout.split()[0]

    def progress() -> dict:
        return account.ecrmirror("job", job, "--json").json["progress"]

    hold.wait_until_reached()
    size = sum(map(len, image.blobs.values()))
    # The half that came is at the destination's registry, and no blob is whole.
    account.wait_for(lambda: (now := progress()) and 350_000 < now["bytes"]["done"] < 600_000 and now, "half a layer")
    assert progress()["blobs"]["done"] == 0
    hold.release()
    account.wait_for_job("SUCCEEDED")
    assert progress()["bytes"] == {"done": size, "total": size}


def test_a_source_is_pulled_once_for_several_destinations(account, source, destination, registry, proxy, client):
    front = proxy(source.host)
    third = registry()
    image = make_image("app", layer_bytes=100_000)
    digest = client(source).push(image, "app", "1.0")
    copies = [f"{destination.host}/a:1.0", f"{destination.host}/b:1.0", f"{third.host}/c:1.0"]
    account.ecrmirror("add", f"{front.host}/app:1.0", *copies)
    account.ecrmirror("mirror", "--all")
    assert [skopeo.digest(copy) for copy in copies] == [digest] * 3
    blobs = [request.path for request in front.requests if request.kind == "blob" and request.method == "GET"]
    assert len(blobs) == len(set(blobs)) == len(image.blobs)
    assert front.count("GET", "manifest") == len(image.manifests)


def test_layers_that_the_registry_has_elsewhere_are_mounted(account, source, destination, proxy, client):
    front = proxy(destination.host)
    image = make_image("app")
    for name in ("one", "two"):
        client(source).push(image, name, "1.0")
        account.ecrmirror("add", f"{source.host}/{name}:1.0", f"{front.host}/{name}:1.0")
        front.forget()
        account.ecrmirror("mirror", f"{source.host}/{name}:1.0")
    # skopeo sends configurations, one for each platform, wherever they are.
    configurations = 2
    mounts = [request.path for request in front.requests if request.kind == "upload" and "mount=" in request.path]
    assert len(mounts) == len(image.blobs) - configurations and front.count("PATCH", "upload") == configurations
    assert list((account.store / "skopeo/containers/cache").iterdir())


def test_a_further_tag_of_an_image_that_is_there_takes_one_put(account, source, token_registry, proxy, client):
    front = proxy(source.host)
    digest = client(source).push(make_image("app"), "app", "3.20", "latest")
    account.sign_in(token_registry.host, *CREDENTIALS)
    account.ecrmirror("add", f"{front.host}/app:3.20", f"{token_registry.host}/app:3.20")
    account.ecrmirror("mirror", "--all")
    front.forget()
    copy = f"{token_registry.host}/app:latest"
    account.ecrmirror("add", f"{front.host}/app:latest", copy)
    account.ecrmirror("mirror", f"{front.host}/app:latest")
    assert front.count("GET") == 0 and front.count("HEAD", "manifest") > 0
    assert skopeo.digest(copy, f"--creds={':'.join(CREDENTIALS)}") == digest
    assert account.states()[copy] == "in-sync"
    record = account.ecrmirror("history", f"{front.host}/app:latest", "--json").json["items"][0]
    assert [(one["outcome"], one["after"]) for one in record["destinations"]] == [("tagged", digest)]


def test_registries_with_passwords_and_tokens_are_signed_in_to(account, basic_registry, token_registry, source, client):
    digest = client(source).push(make_image("app"), "team/app", "1.0")
    locked = Client(basic_registry.host, credentials=CREDENTIALS)
    locked.push(make_image("app"), "team/app", "1.0")
    origin, copy = f"{basic_registry.host}/team/app:1.0", f"{token_registry.host}/copy/app:1.0"
    account.ecrmirror("add", origin, copy)
    account.ecrmirror("check", exit=1)
    assert account.states() == {copy: "unreachable"}
    for host in (basic_registry.host, token_registry.host):
        account.sign_in(host, *CREDENTIALS)
    account.ecrmirror("check", exit=3)
    assert account.states() == {copy: "missing"}
    account.ecrmirror("mirror", "--all")
    assert skopeo.digest(copy, f"--creds={':'.join(CREDENTIALS)}") == digest
    account.ecrmirror("check")


def test_a_wrong_password_is_a_reason_and_no_repetition(account, basic_registry, destination):
    account.sign_in(basic_registry.host, "robot", "guess")
    copy = f"{destination.host}/app:1.0"
    account.ecrmirror("add", f"{basic_registry.host}/app:1.0", copy)
    account.ecrmirror("check", exit=1)
    seen = account.destination(copy)
    assert seen["state"] == "unreachable"
    assert basic_registry.host in seen["error"]
    assert "guess" not in seen["error"]


def test_a_registry_with_a_certificate_of_its_own_authority(account, tls_registry, authority, source, client):
    digest = client(source).push(make_image("app"), "app", "1.0")
    copy = f"{tls_registry.host}/app:1.0"
    account.ecrmirror("add", f"{source.host}/app:1.0", copy)
    # A loopback registry speaks plain HTTP unless the configuration says otherwise.
    account.configure(f"registries:\n  secure: ['{tls_registry.host}']\n")
    account.ecrmirror("check", exit=1)
    assert "certificate" in account.destination(copy)["error"].lower()
    account.configure(f"registries:\n  secure: ['{tls_registry.host}']\n  caFile: {authority.certificate}\n")
    account.ecrmirror("check", exit=3)
    account.ecrmirror("mirror", "--all")
    assert Client(tls_registry.host, tls=authority.context).digest("app", "1.0") == digest
    account.ecrmirror("check")


def test_certificates_of_one_registry_are_those_that_skopeo_takes(account, registry, authority, source, client):
    """https://github.com/regclient/regclient/issues/450"""
    tls = authority.tls()
    strict = registry(http={"tls": {**tls, "clientcas": [str(authority.certificate)]}})
    client(source).push(make_image("app"), "app", "1.0")
    copy = f"{strict.host}/app:1.0"
    account.configure(f"registries:\n  secure: ['{strict.host}']\n")
    account.ecrmirror("add", f"{source.host}/app:1.0", copy)
    folder = Path(account.environment["HOME"]) / ".config/containers/certs.d" / strict.host
    folder.mkdir(parents=True)
    shutil.copy(authority.certificate, folder / "ca.crt")
    account.ecrmirror("check", exit=1)
    assert "require a client certificate" in account.destination(copy)["error"]
    certificate, key = authority.sign(["DNS:mirror.example"])
    shutil.copy(certificate, folder / "client.cert")
    shutil.copy(key, folder / "client.key")
    account.ecrmirror("mirror", "--all")
    account.ecrmirror("check")
    assert f"certificates of {folder}" in account.ecrmirror("doctor", exit=None).stdout


def test_a_schema_1_image_is_converted_and_says_so(account, registry, client):
    old = registry(compatibility={"schema1": {"enabled": True}})
    new = registry()
    client(old).push(make_image("app", architectures=("amd64",)), "app", "new")
    skopeo.run(
        *("copy", "--src-tls-verify=false", "--dest-tls-verify=false", "--format=v2s1"),
        *(f"docker://{old.host}/app:new", f"docker://{old.host}/app:old"),
    )
    copy = f"{new.host}/app:old"
    account.ecrmirror("add", f"{old.host}/app:old", copy)
    account.ecrmirror("mirror", "--all")
    assert client(new).digest("app", "old") is not None
    seen = account.destination(copy)
    assert seen["state"] == "in-sync"
    assert "schema" in seen["error"]
    # The digests differ for good, and that is no drift.
    account.ecrmirror("check")


def test_a_tag_rule_mirrors_the_tags_it_selects(account, source, destination, client):
    image = make_image("app")
    client(source).push(image, "app", "1.0.0", "1.1.0", "1.2.0", "2.0.0", "nightly")
    account.ecrmirror("add", f"{source.host}/app", f"{destination.host}/app", "--semver", ">=1.0 <2", "--latest", "2")
    account.ecrmirror("mirror", "--all")
    _, _, body = client(destination).request("GET", "/v2/app/tags/list")
    assert sorted(json.loads(body)["tags"]) == ["1.1.0", "1.2.0"]
    account.ecrmirror("check")


def test_a_rule_is_shown_before_it_is_added_and_waits_above_its_maximum(account, source, destination, client):
    def tags(registry):
        return sorted(json.loads(client(registry).request("GET", "/v2/app/tags/list")[2])["tags"])

    for tag in ("v1.0", "v1.1", "v2.0", "edge"):
        client(source).push(make_image(tag), "app", tag)
    row = [f"{source.host}/app", f"{destination.host}/app", "--include", r"/^v\d+\.\d+$/"]
    shown = account.ecrmirror("add", *row, "--max", "3", "--dry-run")
    assert [line.split() for line in shown.stdout.splitlines()[1:]] == [
        [f"{source.host}/app:{tag}", f"{destination.host}/app:{tag}"] for tag in ("v2.0", "v1.1", "v1.0")
    ]
    assert "selects 3 of 4 tags" in shown.stderr
    assert "there is no store" in account.ecrmirror("status", exit=1).stderr
    refused = account.ecrmirror("add", *row, "--max", "2", "--dry-run", exit=1)
    assert "selects 3 tags, and the rule allows at most 2" in refused.stderr

    account.ecrmirror("add", *row, "--max", "3")
    account.ecrmirror("mirror", "--all")
    client(source).push(make_image("more"), "app", "v3.0")
    account.ecrmirror("run", "--once", exit=1)
    assert tags(destination) == ["v1.0", "v1.1", "v2.0"]
    assert "allows at most 3" in account.ecrmirror("status").stdout
    account.ecrmirror("edit", row[0], *row[2:], "--max", "4")
    account.ecrmirror("run", "--once")
    assert tags(destination) == ["v1.0", "v1.1", "v2.0", "v3.0"]


def test_tags_that_never_change_cost_the_source_nothing_once_they_are_copied(
    account, source, destination, proxy, client
):
    front = proxy(source.host)

    def looked_at() -> set[str]:
        """Tags of which the source was asked since the last time."""
        asked = {request.path.rpartition("/")[2] for request in front.requests if "/manifests/" in request.path}
        front.forget()
        return asked & {"v1.0", "v1.1", "edge"}

    for tag in ("v1.0", "v1.1", "edge"):
        client(source).push(make_image(tag), "app", tag)
    account.ecrmirror("add", f"{front.host}/app", f"{destination.host}/app", "--include", "*", "--immutable", "v*")
    account.ecrmirror("mirror", "--all")

    assert looked_at() == {"v1.0", "v1.1", "edge"}
    assert account.ecrmirror("check", "--json").json["summary"] == {"in-sync": 3}
    assert looked_at() == {"edge"}
    # Somebody wrote another image to the tag at the destination: the source says what is right.
    client(destination).push(make_image("other"), "app", "v1.0")
    assert account.ecrmirror("check", "--json", exit=3).json["summary"] == {"drifted": 1, "in-sync": 2}
    assert looked_at() == {"v1.0", "edge"}
    account.ecrmirror("mirror", "--all")
    account.ecrmirror("edit", f"{front.host}/app", "--no-immutable")
    looked_at()
    account.ecrmirror("check")
    assert looked_at() == {"v1.0", "v1.1", "edge"}
