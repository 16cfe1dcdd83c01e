"""The machine's own `registries.conf` and `policy.json`, which skopeo obeys: looks go where it copies from."""

import json
import re
import subprocess

import pytest

from conftest import CREDENTIALS
from lab.client import Client
from lab.images import make_image
from support import skopeo
from support.forward import Forward
from support.proxy import status

HUB = "hub.example"


def registry(prefix: str, location: str, *mirrors: str, more: str = "") -> str:
    """A `[[registry]]` between loopback registries, all of them insecure."""
    lines = ["[[registry]]", f'prefix = "{prefix}"', f'location = "{location}"', "insecure = true", more]
    for mirror in mirrors:
        lines += ["[[registry.mirror]]", f'location = "{mirror}"', "insecure = true"]
    return "\n".join([*lines, ""])


def seen_by_skopeo(account, reference: str) -> str:
    """The digest of what skopeo itself reads with the account's files."""
    raw = skopeo.run("inspect", "--raw", f"docker://{reference}", home=account.folder / "home")
    return skopeo.digest_of(raw)


def copied(account, source: str, copy: str) -> None:
    account.ecrmirror("add", source, copy)
    account.ecrmirror("mirror", source)
    assert account.states() == {copy: "in-sync"}


def test_a_remapped_registry_is_looked_at_and_copied_where_it_is_in_truth(account, source, destination, client):
    digest = client(source).push(make_image("app"), "real/team/app", "1.0")
    account.containers("registries.conf", registry(HUB, f"{source.host}/real"))
    copy = f"{destination.host}/app:1.0"
    copied(account, f"{HUB}/team/app:1.0", copy)
    assert skopeo.digest(copy) == digest == seen_by_skopeo(account, f"{HUB}/team/app:1.0")
    entry = account.ecrmirror("status", "--json").json["entries"][0]
    assert (entry["source"], entry["sourceDigest"]) == (f"{HUB}/team/app:1.0", digest)


def test_a_wildcard_and_a_drop_in_count(account, source, destination, client):
    client(source).push(make_image("app"), "all/app", "1.0")
    account.containers("registries.conf", registry("*.example", "127.0.0.1:9"))
    account.containers("registries.conf.d/50-real.conf", registry("*.example", f"{source.host}/all"))
    copied(account, "a.b.example/app:1.0", f"{destination.host}/app:1.0")


def test_a_file_that_a_variable_names_counts_for_skopeo_too(account, source, destination, client, tmp_path):
    client(source).push(make_image("app"), "app", "1.0")
    named = tmp_path / "named.conf"
    named.write_text(registry(HUB, source.host))
    account.environment["CONTAINERS_REGISTRIES_CONF"] = str(named)
    copied(account, f"{HUB}/app:1.0", f"{destination.host}/app:1.0")


@pytest.fixture
def mirrored(account, source, destination, proxy, client):
    """The tag `1.0` with another image on the mirror than at its own location; `only` is on the mirror alone."""
    front, mirror = proxy(source.host), proxy(source.host)
    own = client(source).push(make_image("own"), "own/app", "1.0")
    other = client(source).push(make_image("other"), "cache/app", "1.0")
    client(source).push(make_image("only"), "cache/app", "only")

    def configure(more: str = "", of_mirror: str = "") -> None:
        text = registry(HUB, f"{front.host}/own", f"{mirror.host}/cache", more=more)
        account.containers("registries.conf", text + of_mirror)

    return account, configure, front, mirror, own, other


def test_a_mirror_that_has_the_image_is_looked_at_and_copied_from_alone(mirrored, destination):
    account, configure, front, mirror, _, other = mirrored
    configure()
    copied(account, f"{HUB}/app:1.0", f"{destination.host}/app:1.0")
    assert skopeo.digest(f"{destination.host}/app:1.0") == other == seen_by_skopeo(account, f"{HUB}/app:1.0")
    assert mirror.count("GET", "blob") > 0
    assert front.count(kind="manifest") == front.count(kind="blob") == 0


@pytest.mark.parametrize(
    ("more", "of_mirror"),
    [("mirror-by-digest-only = true", ""), ("", 'pull-from-mirror = "digest-only"\n')],
    ids=["all", "one"],
)
def test_a_mirror_for_digests_does_not_say_what_a_tag_is(mirrored, destination, more, of_mirror):
    account, configure, front, mirror, own, _ = mirrored
    configure(more, of_mirror)
    copied(account, f"{HUB}/app:1.0", f"{destination.host}/app:1.0")
    assert skopeo.digest(f"{destination.host}/app:1.0") == own == seen_by_skopeo(account, f"{HUB}/app:1.0")
    # The copy asks it for the digest first, which it does not have.
    assert all("sha256:" in request.path for request in mirror.requests if request.kind == "manifest")
    assert mirror.count("GET", "manifest") > 0 and front.count("GET", "blob") > 0


def test_a_mirror_that_fails_leads_to_the_next_location(mirrored, destination):
    account, configure, _, mirror, own, _ = mirrored
    configure()
    mirror.when(status(404))
    copied(account, f"{HUB}/app:1.0", f"{destination.host}/app:1.0")
    assert skopeo.digest(f"{destination.host}/app:1.0") == own
    # What only a mirror has may be there, while nobody can ask it.
    mirror.when(status(403))
    account.ecrmirror("add", f"{HUB}/app:only", f"{destination.host}/app")
    account.ecrmirror("check", f"{HUB}/app:only", exit=1)
    assert account.destination(f"{destination.host}/app:only")["state"] == "unreachable"


def test_a_mirror_that_a_row_itself_fills_is_no_source_of_itself(account, source, destination, client):
    """skopeo#2002: looks would find the mirror in step with itself for ever."""
    account.containers("registries.conf", registry(HUB, f"{source.host}/own", f"{destination.host}/cache"))
    copy = f"{destination.host}/cache/app:1.0"
    account.ecrmirror("add", f"{HUB}/app:1.0", f"{destination.host}/cache/app")
    for name in ("one", "two"):
        digest = client(source).push(make_image(name), "own/app", "1.0")
        account.ecrmirror("check", exit=3)
        account.ecrmirror("mirror", "--all")
        assert account.states() == {copy: "in-sync"}
        assert skopeo.digest(copy) == digest


def test_credentials_of_a_mirror_are_given_to_the_copy(account, basic_registry, source, destination):
    Client(basic_registry.host, credentials=CREDENTIALS).push(make_image("app"), "app", "1.0")
    account.sign_in(basic_registry.host, *CREDENTIALS)
    account.containers("registries.conf", registry(HUB, source.host, basic_registry.host))
    copied(account, f"{HUB}/app:1.0", f"{destination.host}/app:1.0")


@pytest.mark.parametrize("role", ["source", "destination"])
def test_an_insecure_registry_needs_no_known_certificate(account, tls_registry, source, client, role):
    image = make_image("app")
    client(source).push(image, "app", "1.0")
    account.configure(f"registries: {{secure: ['{tls_registry.host}']}}\n")
    rule = f'[[registry]]\nlocation = "{tls_registry.host}"\n'
    there = f"{tls_registry.host}/app:1.0"
    account.ecrmirror("add", f"{source.host}/app:1.0", there)
    account.containers("registries.conf", rule)
    account.ecrmirror("check", exit=1)
    assert "certificate" in account.destination(there)["error"]
    account.containers("registries.conf", f"{rule}insecure = true\n")
    account.ecrmirror("mirror", "--all")
    assert account.states() == {there: "in-sync"}
    if role == "source":
        account.ecrmirror("rm", f"{source.host}/app:1.0")
        copied(account, there, f"{source.host}/back:1.0")
        assert skopeo.digest(f"{source.host}/back:1.0") == image.digest


def test_an_insecure_registry_elsewhere_is_read_in_plain_http_through_proxies(account, source, destination, client):
    """The guard before skopeo lets plain HTTP through to what `registries.conf` calls insecure, and to nothing else."""
    client(source).push(make_image("app"), "app", "1.0")
    copy = f"{destination.host}/app:1.0"
    with Forward({f"{HUB}:80": source.host}) as forward:
        account.environment |= {"HTTPS_PROXY": forward.address, "HTTP_PROXY": forward.address}
        account.ecrmirror("add", f"{HUB}/app:1.0", copy)
        account.ecrmirror("check", exit=1)
        assert forward.targets == {f"{HUB}:443"}
        account.containers("registries.conf", f'[[registry]]\nlocation = "{HUB}"\ninsecure = true\n')
        account.ecrmirror("mirror", "--all")
        assert account.states() == {copy: "in-sync"}
        assert any("skopeo" in headers.get("user-agent", "") for method, _, headers in forward.asked if method == "GET")


def test_a_blocked_registry_is_not_asked_by_looks_copies_or_doctor(account, source, proxy, destination, client):
    client(source).push(make_image("app"), "app", "1.0")
    front = proxy(source.host)
    file = account.containers("registries.conf", registry(front.host, front.host, more="blocked = true"))
    account.ecrmirror("add", f"{front.host}/app:1.0", f"{destination.host}/app")
    account.ecrmirror("check", exit=1)
    seen = account.destination(f"{destination.host}/app:1.0")
    assert seen["state"] == "unreachable" and f"{file} blocks it" in seen["error"]
    account.ecrmirror("mirror", "--all", exit=None)
    found = {check["name"]: check for check in account.ecrmirror("doctor", "--json", exit=1).json["checks"]}
    assert found["registries.conf"]["status"] == "failed"
    assert f"blocks {front.host}/app:1.0" in found["registries.conf"]["seen"]
    assert front.requests == []


def test_a_broken_file_is_told_with_its_line_and_starts_no_job(account, source, destination, client):
    client(source).push(make_image("app"), "app", "1.0")
    file = account.containers("registries.conf", '[[registry]]\nlocation = "https://a.example"\n')
    copy = f"{destination.host}/app:1.0"
    account.ecrmirror("add", f"{source.host}/app:1.0", copy)
    account.ecrmirror("check", exit=1)
    assert f"{file}, line 2" in account.destination(copy)["error"]
    account.ecrmirror("mirror", "--all", exit=None)
    assert account.jobs() == []
    found = {check["name"]: check for check in account.ecrmirror("doctor", "--json", exit=1).json["checks"]}
    assert f"{file}, line 2" in found["registries.conf"]["seen"]
    # As skopeo says, too.
    with pytest.raises(skopeo.Failed, match="URI schemes are not supported"):
        seen_by_skopeo(account, f"{source.host}/app:1.0")


POLICIES = {
    "rejecting": (json.dumps({"default": [{"type": "reject"}]}), "rejects"),
    "signed": (json.dumps({"default": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/dev/null"}]}), "signed"),
    "broken": ('{"default": [\n', "line"),
}


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_that_lets_nothing_through_is_told_as_what_it_is(account, source, destination, client, policy):
    text, word = POLICIES[policy]
    client(source).push(make_image("app"), "app", "1.0")
    file = account.containers("policy.json", text)
    account.ecrmirror("add", f"{source.host}/app:1.0", f"{destination.host}/app")
    account.ecrmirror("mirror", "--all", exit=1)
    error = account.destination(f"{destination.host}/app:1.0")["error"]
    assert "policy" in error and "this machine" in error and "registry refused" not in error
    if policy != "broken":
        assert f"rejects {source.host}/app" in error
    # Nothing passes by itself here, and it is no registry's doing.
    (job,) = account.jobs()
    assert [attempt["exitCode"] for attempt in job["attempts"]] == [2]
    assert "registry refused" not in json.dumps(job)
    found = {check["name"]: check for check in account.ecrmirror("doctor", "--json", exit=None).json["checks"]}
    assert found["policy.json"]["status"] == ("warning" if policy == "signed" else "failed")
    assert str(file) in found["policy.json"]["seen"] and word in found["policy.json"]["seen"]


# What RegistriesConfTests holds our own reading to: rules, and where skopeo tries to read an image.
RULES = """
[[registry]]
location = "docker.io"
[[registry.mirror]]
location = "mirror.lan/hub"
[[registry]]
prefix = "docker.io/library"
location = "other.example:5000/lib"
[[registry]]
location = "u.example/ns"
[[registry.mirror]]
location = "one.lan"
pull-from-mirror = "digest-only"
[[registry.mirror]]
location = "two.lan"
pull-from-mirror = "tag-only"
[[registry]]
prefix = "*.wild.example"
[[registry]]
prefix = "*.led.example"
location = "led.lan"
[[registry]]
prefix = "virtual.example"
location = "real.lan"
blocked = true
"""
TRIED = {
    "docker.io/a/b:1": ["mirror.lan/hub/a/b:1", "docker.io/a/b:1"],
    "alpine:3": ["other.example:5000/lib/alpine:3"],
    "u.example/ns/x:1": ["two.lan/x:1", "u.example/ns/x:1"],
    "u.example/ns/x@sha256:" + "0a" * 32: ["one.lan/x@sha256:" + "0a" * 32, "u.example/ns/x@sha256:" + "0a" * 32],
    "u.example/nsx/x:1": ["u.example/nsx/x:1"],
    "a.b.wild.example/x:1": ["a.b.wild.example/x:1"],
    "a.led.example:5000/x:1": ["led.lan:5000/x:1"],
    "led.example/x:1": ["led.example/x:1"],
    "q.example/a.led.example/x:1": ["q.example/a.led.example/x:1"],
    "virtual.example/x:1": ["real.lan/x:1"],
}


def test_skopeo_tries_the_locations_that_our_reading_of_the_rules_has(account):
    account.containers("registries.conf", RULES)
    # No name is looked up: each connection goes to a proxy that is not there.
    environment = {**account.environment, "HTTPS_PROXY": "http://127.0.0.1:9"}
    for image, tried in TRIED.items():
        done = subprocess.run(
            ["skopeo", "--debug", "inspect", "--raw", f"docker://{image}"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        found = re.findall(r'Trying to access \\"([^"\\]+)\\"', done.stderr)
        assert found == tried, done.stderr
