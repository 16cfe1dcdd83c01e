"""The laboratory itself: what the other tests stand on does what they think it does."""

import http.client
import os
import re
import signal
import subprocess
import threading
import time

import pytest

from conftest import CREDENTIALS
from lab.canned import Canned
from lab.client import ACCEPT, Client, Refused
from lab.distance import Distance
from lab.images import make_image
from lab.processes import processes_with, stop_all
from support import skopeo
from support.proxy import Hold, Request, endless, garbage, immutable, never, slow, status, without_digest
from support.screen import Screen


def test_made_images_are_the_same_for_the_same_seed_and_differ_for_another():
    assert make_image("a").digest == make_image("a").digest
    assert make_image("a").digest != make_image("b").digest


def test_skopeo_copies_a_made_image_with_all_its_platforms(source, destination, client):
    image = make_image("whole", architectures=("amd64", "arm64", "s390x"))
    assert client(source).push(image, "team/app", "1.0") == image.digest
    skopeo.copy(f"{source.host}/team/app:1.0", f"{destination.host}/copy/app:1.0", "--preserve-digests")
    assert skopeo.digest(f"{destination.host}/copy/app:1.0") == image.digest
    assert client(destination).digest("copy/app", "1.0") == image.digest
    assert client(destination).digest("copy/app", "2.0") is None


def test_basic_registry_lets_in_who_knows_the_password_and_nobody_else(basic_registry):
    with pytest.raises(Refused) as refusal:
        Client(basic_registry.host).push(make_image("x"), "team/app", "1.0")
    assert refusal.value.status == 401
    digest = Client(basic_registry.host, credentials=CREDENTIALS).push(make_image("x"), "team/app", "1.0")
    credentials = ":".join(CREDENTIALS)
    assert skopeo.digest(f"{basic_registry.host}/team/app:1.0", f"--creds={credentials}") == digest
    with pytest.raises(skopeo.Failed):
        skopeo.digest(f"{basic_registry.host}/team/app:1.0", "--creds=robot:wrong")


def test_token_registry_takes_its_servers_tokens_in_either_shape(source, token_registry, client):
    client(source).push(make_image("x"), "team/app", "1.0")
    credentials = ":".join(CREDENTIALS)
    reference = f"{token_registry.host}/team/app:1.0"
    skopeo.copy(f"{source.host}/team/app:1.0", reference, f"--dest-creds={credentials}", "--preserve-digests")
    assert skopeo.digest(reference, f"--creds={credentials}") == make_image("x").digest
    with pytest.raises(skopeo.Failed):
        skopeo.digest(reference)
    assert any(scope.startswith("repository:team/app:") for scope in token_registry.tokens.scopes)


def test_tls_registry_is_trusted_with_its_authority_only(tls_registry, authority, tmp_path):
    Client(tls_registry.host, tls=authority.context).push(make_image("x"), "team/app", "1.0")
    arguments = ["inspect", "--raw", f"docker://{tls_registry.host}/team/app:1.0"]
    with pytest.raises(skopeo.Failed):
        skopeo.run(*arguments)
    (tmp_path / "certs").mkdir()
    (tmp_path / "certs/ca.crt").write_bytes(authority.certificate.read_bytes())
    assert skopeo.run(*arguments, f"--cert-dir={tmp_path / 'certs'}")


def test_schema_1_images_can_be_made(registry, client):
    old = registry(compatibility={"schema1": {"enabled": True}})
    client(old).push(make_image("x", architectures=("amd64",)), "team/app", "new")
    skopeo.run(
        *("copy", "--src-tls-verify=false", "--dest-tls-verify=false", "--format=v2s1"),
        *(f"docker://{old.host}/team/app:new", f"docker://{old.host}/team/app:old"),
    )
    _, headers, _ = client(old).request("GET", "/v2/team/app/manifests/old")
    assert headers["Content-Type"] == "application/vnd.docker.distribution.manifest.v1+prettyjws"


def test_proxy_passes_a_whole_copy_on_and_counts_it(source, destination, proxy, client):
    image = make_image("x", layer_bytes=300_000)
    client(source).push(image, "team/app", "1.0")
    front, back = proxy(source.host), proxy(destination.host)
    skopeo.copy(f"{front.host}/team/app:1.0", f"{back.host}/copy/app:1.0", "--preserve-digests")
    assert client(destination).digest("copy/app", "1.0") == image.digest
    assert front.count("GET", "manifest") >= 3
    assert back.count("PUT", "manifest") == 3
    assert back.count("PATCH", "upload") == len(image.blobs)
    assert back.count("PUT", "blob") == 0


def test_proxy_answers_as_it_is_told_and_only_as_often(source, proxy, client):
    digest = client(source).push(make_image("x"), "team/app", "1.0")
    front = proxy(source.host)
    front.when(status(429, Retry_After="7"), method="HEAD", path="/manifests/", times=1)
    path = "/v2/team/app/manifests/1.0"
    code, headers, _ = client(front).request("HEAD", path)
    assert (code, headers["Retry-After"]) == (429, "7")
    assert client(front).digest("team/app", "1.0") == digest
    front.when(without_digest)
    code, headers, _ = client(front).request("HEAD", path, headers={"Accept": ACCEPT})
    assert (code, headers["Docker-Content-Digest"]) == (200, None)
    front.behave()
    assert client(front).digest("team/app", "1.0") == digest
    assert [request.kind for request in front.requests] == ["manifest"] * 4


def test_proxy_refuses_an_immutable_tag_in_the_words_of_ecr(destination, proxy):
    front = proxy(destination.host)
    front.when(immutable, method="PUT", path="/manifests/1.0")
    with pytest.raises(Refused, match="cannot be overwritten because the tag is immutable"):
        Client(front.host).push(make_image("x"), "team/app", "1.0")


def test_proxy_can_talk_nonsense(proxy):
    front = proxy()
    front.when(garbage)
    with pytest.raises(http.client.BadStatusLine):
        Client(front.host).digest("team/app", "1.0")


def test_proxy_can_answer_without_an_end(proxy):
    front = proxy()
    front.when(endless)
    connection = http.client.HTTPConnection(front.host, timeout=30)
    connection.request("GET", "/v2/team/app/manifests/1.0")
    answer = connection.getresponse()
    assert answer.status == 200
    assert len(answer.read(10_000_000)) == 10_000_000
    connection.close()


def test_proxy_can_stay_silent_until_it_closes(proxy):
    front = proxy()
    front.when(never)
    connection = http.client.HTTPConnection(front.host, timeout=30)
    connection.request("GET", "/v2/")
    threading.Timer(0.1, front.close).start()
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()


def test_proxy_holds_an_upload_until_it_is_released(destination, proxy, client):
    front = proxy(destination.host)
    hold = Hold()
    front.when(hold, method="PUT", path="/manifests/1.0")
    image = make_image("x")
    upload = threading.Thread(target=lambda: Client(front.host).push(image, "team/app", "1.0"))
    upload.start()
    hold.wait_until_reached()
    assert client(destination).digest("team/app", "1.0") is None
    hold.release()
    upload.join(60)
    assert not upload.is_alive(), "the upload never ended"
    assert client(destination).digest("team/app", "1.0") == image.digest


def test_slow_proxy_still_delivers(destination, proxy, client):
    front = proxy(destination.host)
    front.when(slow(10_000_000), path="/blobs/")
    image = make_image("x", layer_bytes=200_000)
    client(front).push(image, "team/app", "1.0")
    assert client(destination).digest("team/app", "1.0") == image.digest


def test_a_distance_holds_what_goes_over_it_each_way_and_counts_it(destination, client, tmp_path):
    image = make_image("far", layer_bytes=300_000)
    with Distance(tmp_path, destination.host, 0.05) as far:
        began = time.monotonic()
        assert client(far).digest("far/app", "1.0") is None
        # A connection takes both ways, a request and its answer one each. No machine is quicker than that.
        assert time.monotonic() - began >= 0.2
        far.delay = 0
        client(far).push(image, "far/app", "1.0")
        blobs = sum(map(len, image.blobs.values()))
        assert blobs < far.sent < blobs * 1.1
        assert client(far).digest("far/app", "1.0") == image.digest
        far.delay = 0.05
        before = far.received
        status, _, content = client(far).request("GET", f"/v2/far/app/blobs/{next(iter(image.blobs))}")
        assert (status, content) == (200, next(iter(image.blobs.values())))
        assert far.received - before > len(content)


def test_two_distances_of_one_folder_count_and_hold_what_goes_over_each_alone(source, destination, client, tmp_path):
    image = make_image("near", layer_bytes=300_000)
    folder = tmp_path / "lines"
    with Distance(folder, source.host) as one, Distance(folder, destination.host) as other:
        client(one).push(image, "near/app", "1.0")
        assert one.sent > 300_000
        assert (other.sent, other.received) == (0, 0)
        other.delay = 0.05
        assert one.delay == 0
    assert [path.name for path in folder.iterdir()] == ["distance"]


def test_a_canned_registry_has_its_image_under_every_name_and_counts_who_asks(client, tmp_path):
    image = make_image("canned")
    with Canned(tmp_path, image) as registry:
        first, second = (Client(host) for host in registry.hosts)
        assert first.digest("any/name", "1.0") == second.digest("other", "2.0") == image.digest
        _, headers, body = first.request("GET", f"/v2/any/name/manifests/{image.digest}")
        assert (headers["Content-Type"], body) == (image.manifests[-1].media_type, image.manifests[-1].content)
        asked = registry.asked()
        assert (asked.heads, asked.others, asked.connections, asked.peak) == (2, 1, 2, 1)
        registry.delay = 0.05
        began = time.monotonic()
        first.digest("any/name", "1.0")
        assert time.monotonic() - began >= 0.05


def test_images_of_one_base_share_all_layers_but_the_last():
    one, other, alone = (make_image(name, layers=3, base=base) for name, base in (("a", "x"), ("b", "x"), ("c", None)))
    # Two platforms of two layers each; configurations name layers, and differ.
    assert len(one.blobs.keys() & other.blobs.keys()) == 4
    assert not one.blobs.keys() & alone.blobs.keys()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v2/", "ping"),
        ("/v2/a/b/manifests/latest", "manifest"),
        ("/v2/a/blobs/sha256:0", "blob"),
        ("/v2/a/blobs/uploads/?mount=x", "upload"),
        ("/v2/a/tags/list?n=1", "tags"),
        ("/token", "other"),
    ],
)
def test_requests_are_told_apart(path, kind):
    assert Request("GET", path, {}).kind == kind


def test_daemons_are_found_by_their_environment_and_ended_with_their_children(tmp_path):
    mark = str(tmp_path)
    subprocess.run(
        ["sh", "-c", "setsid sh -c 'trap \"\" TERM; env -u LAB_TEST sleep 1000; true' &"],
        env={**os.environ, "LAB_TEST": mark},
        check=True,
        timeout=60,
    )
    deadline = time.monotonic() + 20
    while len(processes_with("LAB_TEST", mark)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(processes_with("LAB_TEST", mark)) == 2
    stop_all("LAB_TEST", mark, grace=0.2)
    assert processes_with("LAB_TEST", mark) == []


def terminal(script: str, tmp_path, rows=6, columns=40) -> Screen:
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    return Screen(["sh", "-c", script], environment, tmp_path, rows, columns)


def test_screen_shows_what_is_painted_and_sends_keys(tmp_path):
    script = "printf 'one\\033[3;5Htwo \\033[1mthree\\033[m é-\\033[9b'; read line; printf '\\033[Hgot %s' \"$line\""
    with terminal(script, tmp_path) as screen:
        screen.wait("three é----------")
        assert screen.lines[0] == "one"
        assert screen.lines[2].startswith("    two three é")
        assert screen.cell(2, 8).bold
        screen.press("héllo", "Enter")
        screen.wait(re.compile("^got héllo", re.MULTILINE))
        assert screen.wait_for_end() == 0


def test_screen_tells_its_size_and_a_change_of_it(tmp_path):
    with terminal("trap 'stty size; exit 3' WINCH; stty size; while :; do sleep 0.05; done", tmp_path) as screen:
        screen.wait("6 40")
        screen.resize(10, 60)
        screen.wait("10 60")
        assert screen.wait_for_end() == 3


def test_screen_knows_a_terminal_left_in_raw_mode(tmp_path):
    with terminal("stty raw -echo; echo ready; sleep 1000", tmp_path) as screen:
        screen.wait("ready")
        assert not screen.is_sane
        screen.signal(signal.SIGKILL)
        assert screen.wait_for_end() == -signal.SIGKILL


def test_screen_that_never_comes_to_what_is_awaited_is_reported(tmp_path):
    with (
        terminal("echo something else", tmp_path) as screen,
        pytest.raises(AssertionError, match="something else"),
    ):
        screen.wait("the thing", within=20)
