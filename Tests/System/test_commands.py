"""The command line: help, usage, documents, and what never reaches a terminal."""

import json
import re
import signal

import pytest

from lab.images import make_image

COMMANDS = (
    "status check mirror add edit rm enable disable jobs job logs cancel run history import export doctor"
).split()
TIME = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(account, command):
    told = account.ecrmirror(command, "--help").stdout
    assert f"ecrmirror {command}" in told
    assert "USAGE" in told


def test_help_names_every_command(account):
    told = account.ecrmirror("--help").stdout
    for command in COMMANDS:
        assert re.search(rf"^  {command}\b", told, re.MULTILINE), command


def test_version(account):
    assert re.fullmatch(r"ecrmirror \d+\.\d+\.\d+\n", account.run("ecrmirror", "--version").stdout)


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["add"],
        ["add", "docker.io/library/alpine:3"],
        ["mirror"],
        ["mirror", "--all", "--drifted"],
        ["status", "--nonsense"],
        ["status", "--filter", "state:bogus"],
        ["status", "--filter", "/a(/"],
        ["status", "--filter", "/(a|b)*a(a|b){900}c/"],
        ["jobs", "--filter", "state:failed"],
        ["check", "--view", "jobs"],
        ["status", "--stack", "prod", "--local", "folder"],
        ["doctor", "--stack", "prod", "--local", "folder"],
        ["run", "--every", "soon"],
        ["run", "--every", "0s"],
        ["run", "--once", "--every", "1m"],
        ["import"],
        ["import", "/dev/null"],
        ["add", "a:1", "b:1", "--expires", "someday"],
        ["rm"],
        ["cancel"],
        ["logs"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_64_and_says_what_is_right(account, arguments):
    said = account.ecrmirror(*arguments, exit=64)
    assert said.stdout == ""
    assert "Usage:" in said.stderr or "Error:" in said.stderr


@pytest.mark.parametrize("part", "()|*[+{")
def test_a_filter_of_any_length_is_refused_before_it_is_compiled(account, part):
    said = account.ecrmirror("status", "--filter", "/" + part * 100_000, exit=64)
    assert "a filter has at most 1000 characters" in said.stderr


def test_a_secret_before_a_host_is_not_echoed(account):
    said = account.ecrmirror("add", "u:SECRET@registry.example.com/app:1", "127.0.0.1:9/app", exit=1)
    assert "SECRET" not in said.stdout + said.stderr
    assert "***@registry.example.com/app:1" in said.stderr
    said = account.ecrmirror("add", "127.0.0.1:9/app:1", "https://u:SECRET@registry.example.com/app", exit=1)
    assert "SECRET" not in said.stdout + said.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "nowhere/app:1"],
        ["mirror", "nowhere/app:1"],
        ["rm", "nowhere/app:1"],
        ["edit", "nowhere/app:1", "--expires", "never"],
        ["job", "0123"],
        ["logs", "0123"],
        ["cancel", "0123"],
        ["import", "missing.csv"],
        ["import", "missing"],
        ["add", "UPPER/case:1", "b:1"],
        ["add", "a:1", "b:1:2:3"],
    ],
    ids=" ".join,
)
def test_an_error_is_1_and_a_sentence(account, arguments):
    said = account.ecrmirror(*arguments, exit=1)
    assert said.stdout == ""
    assert len(said.stderr.split()) > 3


def test_status_is_one_document_of_the_promised_shape(anywhere, source, destination, client):
    digest = client(source).push(make_image("app"), "app", "1.0")
    client(destination).push(make_image("app"), "app", "1.0")
    anywhere.ecrmirror("add", f"{source.host}/app:1.0", f"{destination.host}/app")
    anywhere.ecrmirror(
        "add", f"{source.host}/old:1.0", f"{destination.host}/old", "--expires", "2020-01-01", "--disabled"
    )
    checked = anywhere.ecrmirror("check", "--json").json
    told = anywhere.ecrmirror("status", "--json").json
    assert TIME.match(told["asOf"])
    assert told["summary"]["in-sync"] == 1
    entry, other = sorted(told["entries"], key=lambda entry: entry["source"])
    assert entry.keys() == {"source", "enabled", "expires", "sourceDigest", "destinations"}
    assert (entry["source"], entry["enabled"], entry["expires"]) == (f"{source.host}/app:1.0", True, None)
    assert entry["sourceDigest"] == digest
    (place,) = entry["destinations"]
    assert TIME.match(place["checkedAt"])
    assert place == {
        "checkedAt": place["checkedAt"],
        "reference": f"{destination.host}/app:1.0",
        "digest": digest,
        "state": "in-sync",
        "error": None,
        "job": None,
    }
    assert (other["enabled"], other["expires"]) == (False, "2020-01-01T23:59:59Z")
    asked = checked.pop("requests")
    assert asked == {place.host: {"sent": 1, "tokens": 0, "floor": 1} for place in (source, destination)}
    assert {key: value for key, value in checked.items() if key != "asOf"} == {
        key: value for key, value in told.items() if key != "asOf"
    }


@pytest.mark.parametrize("options", [[], ["--read-only"]], ids=["", "read-only"])
def test_a_mistyped_folder_is_no_new_store(account, options):
    missing = account.folder / "mistyped"
    looks = [["status"], ["status", "--json"], ["jobs"], ["history"], ["export", "-", "--format", "csv"], ["timer"]]
    changes = [["check"], ["mirror", "--all"], ["disable", "alpine:3"], ["cancel", "0123"]]
    for arguments in looks + ([] if options else changes):
        said = account.run("ecrmirror", "--local", missing, *options, *arguments, exit=1)
        assert f"there is no store in {missing}" in said.stderr
        assert f"ecrmirror --local {missing} add" in said.stderr
        assert said.stdout == ""
    assert not missing.exists()
    assert "no store" in account.run("ecrmirror", "--local", missing, *options, exit=1).stderr
    assert not missing.exists()


@pytest.mark.parametrize(
    "arguments",
    [["add", "alpine:3", "127.0.0.1:9/a"], ["import", "-", "--format", "csv"], ["run", "--once"]],
    ids=" ".join,
)
def test_what_fills_a_table_makes_its_store(account, arguments):
    account.ecrmirror(*arguments, stdin="alpine:3,127.0.0.1:9/a\n", exit=None)
    account.ecrmirror("status")


def test_a_filter_that_nothing_matches_does_not_say_that_nothing_is_there(account):
    account.ecrmirror("add", "alpine:3", "127.0.0.1:9/a")
    assert "none of 1 mirror matches zzz" in account.ecrmirror("status", "--filter", "zzz").stderr


def test_whatever_looks_tells_by_its_exit_code_that_a_registry_is_down(account, source, destination, client):
    client(source).push(make_image("app"), "app", "1.0")
    account.ecrmirror("add", f"{source.host}/app:1.0", f"{destination.host}/app")
    account.ecrmirror("run", "--once")
    account.ecrmirror("add", "127.0.0.1:9/down:1.0", f"{destination.host}/down")
    looks = [["check"], ["run", "--once"], ["run", "--once", "--no-wait"]]
    for arguments in looks + [["mirror", "--all", *option] for option in ([], ["--no-wait"], ["--dry-run"])]:
        account.ecrmirror(*arguments, exit=1)


def test_a_mistyped_command_is_told_which_one_was_meant(account):
    assert "Did you mean 'status'?" in account.ecrmirror("statsu", exit=64).stderr
    assert "Did you mean" not in account.ecrmirror("frobnicate", exit=64).stderr


def test_an_empty_table_is_no_error(anywhere):
    anywhere.make_store()
    told = anywhere.ecrmirror("status", "--json").json
    assert told["entries"] == []
    assert anywhere.ecrmirror("status").stdout == ""
    assert anywhere.ecrmirror("jobs", "--json").json["jobs"] == []
    assert anywhere.ecrmirror("history", "--json").json["items"] == []
    anywhere.ecrmirror("check")
    anywhere.ecrmirror("mirror", "--all")
    anywhere.ecrmirror("run", "--once")
    assert anywhere.jobs() == []


def test_plain_output_has_no_colour_and_no_control_character(account, source, client):
    account.ecrmirror("add", f"{source.host}/app:1.0", "127.0.0.1:9/app")
    account.ecrmirror("check", exit=None)
    for arguments in (["status"], ["status", "--plain"], ["jobs"], ["history"]):
        said = account.ecrmirror(*arguments)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", said.stdout + said.stderr)


def test_tables_fit_the_terminal_and_are_whole_everywhere_else(account):
    source = "127.0.0.1:9/prometheus-community/an-exporter-with-a-long-name:v1.2.3-amd64"
    destination = "127.0.0.1:9/mirror/prometheus-community/an-exporter-with-a-long-name"
    account.ecrmirror("add", source, destination)
    account.ecrmirror("add", "127.0.0.1:9/a:1", "127.0.0.1:9/mirror/a", "--disabled")
    assert f" {source}  {destination}:v1.2.3-amd64 " in account.ecrmirror("status").stdout
    with account.screen("status") as screen:
        screen.wait("1 disabled")
        assert re.search(r"^unknown +\S+…\S*:v1.2.3-amd64 +\S+…\S*:v1.2.3-amd64$", screen.text, re.M), screen.text
    with account.screen("status", "--wide", columns=250) as screen:
        screen.wait(f" {source}  {destination}:v1.2.3-amd64 ")
    # A check lists what differs, and counts the rest.
    said = account.ecrmirror("check", exit=1)
    assert said.stdout.count("127.0.0.1:9/mirror") == 1 and "1 disabled" in said.stderr, said
    assert account.ecrmirror("check", "--wide", exit=1).stdout.count("127.0.0.1:9/mirror") == 2
    assert account.ecrmirror("check", "127.0.0.1:9/a:1", exit=None).stdout.count("disabled") == 1


def test_rows_are_edited_switched_and_removed(anywhere):
    anywhere.ecrmirror("add", "docker.io/library/alpine:3", "127.0.0.1:9/a")
    # The same image by its short name.
    anywhere.ecrmirror("edit", "alpine:3", "--destination", "127.0.0.1:9/b", "--expires", "2999-01-01T00:00:00Z")
    anywhere.ecrmirror("disable", "alpine:3")
    (entry,) = anywhere.ecrmirror("status", "--json").json["entries"]
    assert (entry["enabled"], entry["expires"]) == (False, "2999-01-01T00:00:00Z")
    assert [place["reference"] for place in entry["destinations"]] == ["127.0.0.1:9/b:3"]
    anywhere.ecrmirror("enable", "alpine:3")
    assert anywhere.states() == {"127.0.0.1:9/b:3": "unknown"}
    anywhere.ecrmirror("rm", "alpine:3")
    assert anywhere.states() == {}


def test_a_mirror_is_not_added_twice(anywhere):
    anywhere.ecrmirror("add", "alpine:3", "127.0.0.1:9/a")
    anywhere.ecrmirror("add", "alpine:3", "127.0.0.1:9/b", exit=1)
    # Nor under another spelling.
    anywhere.ecrmirror("add", "docker.io/library/alpine:3", "127.0.0.1:9/b", exit=1)
    assert list(anywhere.states()) == ["127.0.0.1:9/a:3"]


def test_read_only_changes_nothing(anywhere):
    anywhere.ecrmirror("add", "alpine:3", "127.0.0.1:9/a")
    for arguments in (["add", "b:1", "127.0.0.1:9/b"], ["rm", "alpine:3"], ["disable", "alpine:3"], ["run"]):
        refused = anywhere.run("ecrmirror", "--local", anywhere.store, "--read-only", *arguments, exit=1)
        assert "read-only" in refused.stderr
    assert list(anywhere.states()) == ["127.0.0.1:9/a:3"]


def test_the_default_store_is_in_the_users_data(account):
    account.run("ecrmirror", "add", "alpine:3", "127.0.0.1:9/a")
    assert (account.folder / "home/.local/share/ecrmirror").is_dir()
    assert not account.store.exists()


def test_the_store_belongs_to_its_user_alone(account):
    account.ecrmirror("add", "alpine:3", "127.0.0.1:9/a")
    assert account.store.stat().st_mode & 0o077 == 0
    for file in account.store.rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, file


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("registries: [", "config.yaml"),
        ("registries:\n  concurrency: many\n", "line 2"),
        ("registry:\n  insecure: []\n", "'registry'"),
        ("worker:\n  attempts: 99\n", "line 2"),
    ],
)
def test_a_mistake_in_the_configuration_is_named_with_its_place(account, text, place):
    account.configure(text)
    said = account.ecrmirror("status", exit=1)
    assert "config.yaml" in said.stderr and place in said.stderr


def test_a_store_that_is_no_store_is_an_error(account):
    account.ecrmirror("import", "-", "--format", "csv")
    for file in account.store.iterdir():
        if file.is_file():
            file.write_bytes(b"this is no database" * 100)
    said = account.ecrmirror("status", exit=1)
    assert str(account.store) in said.stderr
    assert "restore the file" in said.stderr
    assert "PRAGMA" not in said.stderr


STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    "arguments",
    [
        ["status", "--filter", "state:\x1b[31m\u202ebogus\x9b1m"],
        ["status", "--\x1b[31mnonsense\u202e"],
        ["frob\x1b]0;title\x07nicate\u2066"],
        ["run", "--every", "\x1b[2Jsoon\u202e"],
        ["export", "-", "--format", "\x1b[31m\u202e"],
        ["--\x1b[31m"],
    ],
)
def test_usage_errors_echo_no_control_characters(account, arguments):
    said = account.ecrmirror(*arguments, exit=64)
    assert said.stderr and said.stdout == ""
    assert not STEERS.search(said.stderr), said.stderr.encode()
    batch = account.run("ecrmirror-batch", "mirror", *arguments, "--no\x1b[31mnsense\u202e", exit=64)
    assert batch.stderr
    assert not STEERS.search(batch.stderr), batch.stderr.encode()


def test_a_reference_is_no_option_of_a_job(account):
    for words in (["--", "--help", "127.0.0.1:9/copy/app:1"], ["--", "127.0.0.1:9/app:1", "--version"]):
        said = account.run("ecrmirror-batch", "mirror", "--local", account.store, *words, exit=2)
        assert "USAGE" not in said.stdout


def test_a_credential_helper_that_reads_nothing_ends_no_program(account, basic_registry, destination):
    account.ecrmirror("add", f"{basic_registry.host}/app:1.0", f"{destination.host}/app")
    programs = account.folder / "programs"
    programs.mkdir()
    helper = programs / "docker-credential-rude"
    helper.write_text("#!/bin/sh\nexec <&-\necho 'the vault is locked' >&2\nexit 1\n")
    helper.chmod(0o755)
    auth = account.folder / "auth.json"
    auth.write_text(json.dumps({"credHelpers": {basic_registry.host: "rude"}}))
    auth.chmod(0o600)
    words = {"REGISTRY_AUTH_FILE": str(auth), "PATH": f"{programs}:{account.environment['PATH']}"}
    for _ in range(5):
        said = account.ecrmirror("check", "--json", exit=1, **words)
    (place,) = said.json["entries"][0]["destinations"]
    assert place["state"] == "unreachable"
    assert (
        f"docker-credential-rude failed for {basic_registry.host}: the vault is locked (exit code 1)" in place["error"]
    )


def test_a_command_whose_output_nobody_reads_ends_by_the_signal(account):
    account.ecrmirror("add", "a.example/x:1", "b.example/x")
    with account.start("status", "--json") as process:
        process.stdout.close()
        assert process.wait(60) == -signal.SIGPIPE
        assert process.stderr.read() == ""
