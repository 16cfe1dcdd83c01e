"""What a look at a registry costs, and what becomes of one that goes wrong."""

import json
import re

import pytest

from lab.images import make_image
from support.proxy import endless, garbage, never, status, without_digest

LOGGED = {"log": {"accesslog": {"disabled": False}}}


def test_a_thousand_mirrors_in_sync_cost_two_heads_each_and_no_get(account, registry, client):
    source = registry(**LOGGED)
    tags = [f"v{number}" for number in range(1000)]
    client(source).push(make_image("app"), "app", *tags)
    destination = registry(copy_of=source, **LOGGED)
    table = "".join(f"{source.host}/app:{tag},{destination.host}/app\n" for tag in tags)
    account.ecrmirror("import", "-", "--format", "csv", stdin=table)
    before = [source.requests(), destination.requests()]
    account.ecrmirror("check")
    for place, known in zip((source, destination), before, strict=True):
        made = place.requests() - known
        assert made == {("HEAD", f"/v2/app/manifests/{tag}"): 1 for tag in tags}
    assert account.ecrmirror("status", "--json").json["summary"] == {"in-sync": 1000}


def test_a_reference_that_many_rows_name_is_looked_at_once(account, source, proxy, client):
    client(source).push(make_image("app"), "app", *"abcdef")
    front, back = proxy(source.host), proxy(source.host)
    account.ecrmirror("add", f"{front.host}/app", f"{back.host}/app", "--include", "*")
    for tag in "abcdef":
        account.ecrmirror("add", f"{front.host}/app:{tag}", f"{back.host}/app")
    account.ecrmirror("check")
    assert front.count("HEAD", "manifest") == 6
    assert back.count("HEAD", "manifest") == 6
    assert front.count() + back.count() == 13


@pytest.fixture
def mirror(account, source, destination, proxy, client):
    """`mirror()` is a mirror in sync whose source goes through a proxy; gives the proxy and the destination."""
    for place in (source, destination):
        client(place).push(make_image("app"), "app", "1.0")
    front = proxy(source.host)
    copy = f"{destination.host}/app:1.0"
    account.ecrmirror("add", f"{front.host}/app:1.0", copy)
    return front, copy


@pytest.mark.parametrize(
    ("behaviour", "state", "reason"),
    [
        (status(401), "unreachable", "401|credential|sign|auth"),
        (status(401, WWW_Authenticate='Bearer realm="http://127.0.0.1:9/token"'), "unreachable", "127.0.0.1:9"),
        (status(401, WWW_Authenticate='Bearer realm="file:///etc/passwd"'), "unreachable", "."),
        (status(401, WWW_Authenticate="Bearer " + "=,\\" * 9000), "unreachable", "."),
        (status(403), "unreachable", "403|denie|refuse|allow"),
        (status(404), "source-missing", None),
        (status(429, Retry_After="3600"), "unreachable", "429|throttl|too often|too many|limit"),
        (status(500), "unreachable", "500"),
        (status(503, Retry_After="3600"), "unreachable", "503"),
        (status(200, b"", Docker_Content_Digest="sha256:nonsense"), "unreachable", "."),
        (status(302, Location="file:///etc/passwd"), "unreachable", "."),
        (garbage, "unreachable", "."),
        (endless, "unreachable", "large|limit|long|big|MiB|MB"),
    ],
    ids=[
        "401",
        "dead-token-server",
        "no-token-server",
        "bad-challenge",
        "403",
        "404",
        "429",
        "500",
        "503",
        "bad-digest",
        "redirect",
        "garbage",
        "endless",
    ],
)
def test_a_registry_that_misbehaves_is_told_as_it_is(account, mirror, behaviour, state, reason):
    front, copy = mirror
    front.when(behaviour)
    assert account.ecrmirror("check", exit=None).exit == 1
    seen = account.destination(copy)
    assert seen["state"] == state
    if reason:
        assert re.search(reason, seen["error"], re.IGNORECASE), seen["error"]
        assert not re.search(r"[\x00-\x1f\x7f]", seen["error"])
        assert len(seen["error"]) < 2000
    # It comes back.
    front.behave()
    account.ecrmirror("check")
    assert account.states() == {copy: "in-sync"}


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_failure_that_passes_is_no_failure(account, mirror, code):
    front, copy = mirror
    front.when(status(code, Retry_After="0"), times=1)
    account.ecrmirror("check")
    assert account.states() == {copy: "in-sync"}


def test_a_registry_whose_head_names_no_digest_is_read(account, mirror):
    front, copy = mirror
    front.when(without_digest, method="HEAD")
    account.ecrmirror("check")
    assert account.states() == {copy: "in-sync"}
    assert front.count("GET", "manifest") == 1


def test_a_registry_that_never_answers_is_given_up(account, mirror):
    front, copy = mirror
    front.when(never)
    account.configure("registries:\n  timeout: 1s\n")
    account.ecrmirror("check", exit=1)
    seen = account.destination(copy)
    assert seen["state"] == "unreachable"
    assert front.host in seen["error"]


def test_one_silent_registry_keeps_nobody_elses_state_waiting(account, mirror, proxy, destination):
    silent = proxy()
    silent.when(never)
    account.ecrmirror("add", f"{silent.host}/app:1.0", f"{destination.host}/other")
    _, copy = mirror
    with account.start("check") as check:
        account.wait_for(lambda: account.destination(copy)["state"] == "in-sync", "the other mirror's state", within=10)
        check.terminate()
        check.wait(30)


def test_a_silent_registry_with_many_tag_rules_is_given_up_soon(account, mirror, proxy, destination):
    silent = proxy()
    silent.when(never)
    account.configure("registries:\n  timeout: 1s\n")
    table = [
        {"source": f"{silent.host}/app-{n}", "destinations": [f"{destination.host}/{n}"], "tags": {"latest": 3}}
        for n in range(100)
    ]
    account.ecrmirror("import", "-", "--format", "json", stdin=json.dumps(table))
    account.ecrmirror("check", exit=1)
    # A first round of looks that are under way together, each tried again as often as any; no second round.
    asked = {request.path for request in silent.requests}
    assert len(asked) <= 20
    assert account.states()[mirror[1]] == "in-sync"


def test_a_check_that_waits_for_a_silent_registry_ends_on_ctrl_c(account, mirror):
    front, _ = mirror
    front.when(never)
    with account.screen("check") as screen:
        account.wait_for(lambda: front.count(), "the first request")
        screen.press("C-c")
        screen.wait_for_end()
        assert screen.is_sane


def pages_without_end(handler):
    """One tag on each page, each page after a quarter of a second, and always a next one."""
    handler.server.proxy.closed.wait(0.25)
    page = handler.server.proxy.count("GET", "tags")
    link = f'</v2/app/tags/list?last={page}>; rel="next"'
    handler.answer(200, {"Content-Type": "application/json", "Link": link}, b'{"tags": ["t%d"]}' % page)


def test_a_list_of_tags_without_end_holds_up_no_run(account, source, destination, proxy, client):
    client(source).push(make_image("app"), "app", "1.0")
    account.configure("registries: {tagsTimeout: 2s}\n")
    front = proxy(source.host)
    front.when(pages_without_end, path="/tags/list")
    account.ecrmirror("add", f"{front.host}/app", f"{destination.host}/endless", "--include", "*")
    account.ecrmirror("add", f"{source.host}/app:1.0", f"{destination.host}/app")
    account.ecrmirror("run", "--once", exit=1)
    account.wait_for_job("SUCCEEDED")
    assert account.states()[f"{destination.host}/app:1.0"] == "in-sync"
    stuck = account.destination(f"{destination.host}/endless")
    assert stuck["state"] == "unreachable"
    assert "its list of tags took longer than 2s" in stuck["error"]


@pytest.mark.parametrize("realm", ["http://169.254.169.254/latest", "https://[fd00:ec2::254]/", "http://auth.invalid/"])
def test_a_realm_that_is_refused_starts_no_copy(account, source, destination, proxy, client, realm):
    client(source).push(make_image("app"), "app", "1.0")
    front = proxy(source.host)
    # Looks go on; only who signs in first, as skopeo does, is sent away.
    front.when(status(401, WWW_Authenticate=f'Bearer realm="{realm}",service="s"'), path="^/v2/$")
    origin = f"{front.host}/app:1.0"
    account.ecrmirror("add", origin, f"{destination.host}/app")
    account.ecrmirror("mirror", origin, exit=1)
    error = account.destination(f"{destination.host}/app:1.0")["error"]
    assert realm in error and "`realms`" in error
    assert front.count("GET", "manifest") == 0
