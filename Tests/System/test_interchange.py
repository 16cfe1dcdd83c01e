"""Import and export: every row or none."""

import json
import os
import re
import subprocess
import time

import pytest

from lab.images import make_image

TABLE = """source,destination,expires,enabled
docker.io/library/alpine:3.20,127.0.0.1:9/alpine,,
quay.io/team/app:1.0,127.0.0.1:9/app 127.0.0.1:9/copies/app:stable,2999-01-01T00:00:00Z,false
"""


def rows(account) -> list[dict]:
    # An import that fails makes none.
    if "--stack" not in account.place and not account.store.exists():
        return []
    return [
        {
            "source": entry["source"],
            "enabled": entry["enabled"],
            "expires": entry["expires"],
            "destinations": [place["reference"] for place in entry["destinations"]],
        }
        for entry in account.ecrmirror("status", "--json").json["entries"]
    ]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_was_exported_is_imported_as_it_was(anywhere, form):
    (anywhere.folder / "table.csv").write_text(TABLE)
    anywhere.ecrmirror("import", "table.csv")
    before = rows(anywhere)
    assert len(before) == 2
    anywhere.ecrmirror("export", f"out.{form}")
    anywhere.ecrmirror("rm", "docker.io/library/alpine:3.20", "quay.io/team/app:1.0")
    assert rows(anywhere) == []
    anywhere.ecrmirror("import", f"out.{form}")
    assert rows(anywhere) == before


def test_csv_of_two_columns_from_standard_input(account):
    account.ecrmirror("import", "-", "--format", "csv", stdin="alpine:3,127.0.0.1:9/a\nbusybox:1,127.0.0.1:9/b\n")
    assert len(rows(account)) == 2


def test_export_to_standard_output_is_the_document_alone(account):
    account.ecrmirror("import", "-", "--format", "csv", stdin=TABLE)
    assert account.ecrmirror("export", "-", "--format", "csv").stdout.splitlines()[0] == (
        "source,destination,expires,enabled,platforms"
    )
    assert len(json.loads(account.ecrmirror("export", "-", "--format", "json").stdout)["mirrors"]) == 2


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("alpine:3,127.0.0.1:9/a\nbusybox:1,\n", "line 2"),
        ("alpine:3,127.0.0.1:9/a\nUPPER:1,127.0.0.1:9/b\n", "line 2"),
        ("alpine:3,127.0.0.1:9/a,tomorrow\n", "line 1"),
        ("alpine:3,127.0.0.1:9/a,,perhaps\n", "line 1"),
        ("alpine:3,127.0.0.1:9/a,,true,more\n", "line 1"),
        ("source,target\nalpine:3,127.0.0.1:9/a\n", "target"),
        ("alpine:3,127.0.0.1:9/a\nalpine:3,127.0.0.1:9/b\n", "alpine:3"),
        ('alpine:3,127.0.0.1:9/a\nbusybox:1,"127.0.0.1:9/b\nbusybox:2,127.0.0.1:9/b\n', "line 2"),
        ('alpine:3,127.0.0.1:9/a\nbusybox:1,"127.0.0.1:9/b"x\n', "line 2"),
    ],
)
def test_a_mistake_in_one_row_imports_none(anywhere, text, complaint):
    said = anywhere.ecrmirror("import", "-", "--format", "csv", stdin=text, exit=1)
    assert complaint in said.stderr
    assert rows(anywhere) == []


@pytest.mark.parametrize(
    "text", ["", "[1]", '{"mirrors": 7}', '[{"source": "alpine:3"}]', '[{"source": "a:1", "destinations": [], "x": 1}]']
)
def test_json_that_is_no_table_imports_none(account, text):
    said = account.ecrmirror("import", "-", "--format", "json", stdin=text, exit=1)
    assert "nothing was imported" in said.stderr
    assert rows(account) == []


def test_all_mistakes_of_a_file_are_told_at_once(account):
    text = "alpine:3,127.0.0.1:9/a\nBAD:1,127.0.0.1:9/b\nalpine:4,\nalpine:5,127.0.0.1:9/c,someday\n"
    said = account.ecrmirror("import", "-", "--format", "csv", stdin=text, exit=1).stderr
    for line in (2, 3, 4):
        assert f"line {line}" in said
    assert "3 mistakes; nothing was imported" in said


def test_a_pipe_can_be_imported(account):
    os.mkfifo(account.folder / "pipe")
    with account.start("import", "pipe", "--format", "csv") as command:
        (account.folder / "pipe").write_text("alpine:3,127.0.0.1:9/a\n")
        assert command.wait(60) == 0, command.stderr.read()
    assert len(rows(account)) == 1


@pytest.mark.parametrize("file", ["nowhere.csv", "/", "/dev/zero"])
def test_what_cannot_be_read_imports_none(account, file):
    said = account.ecrmirror("import", file, "--format", "csv", exit=1)
    assert file in said.stderr
    assert rows(account) == []


def test_a_file_of_noise_is_refused(account):
    (account.folder / "noise.csv").write_bytes(bytes(range(256)) * 100)
    account.ecrmirror("import", "noise.csv", exit=1)
    assert rows(account) == []


def test_import_changes_what_it_names_and_leaves_the_rest(anywhere):
    anywhere.ecrmirror("import", "-", "--format", "csv", stdin=TABLE)
    changed = "docker.io/library/alpine:3.20,127.0.0.1:9/elsewhere\n"
    anywhere.ecrmirror("import", "-", "--format", "csv", stdin=changed)
    places = {row["source"]: row["destinations"] for row in rows(anywhere)}
    assert places["docker.io/library/alpine:3.20"] == ["127.0.0.1:9/elsewhere:3.20"]
    assert len(places["quay.io/team/app:1.0"]) == 2


def test_dry_run_says_what_would_change(anywhere):
    said = anywhere.ecrmirror("import", "-", "--format", "csv", "--dry-run", stdin=TABLE)
    assert "would add 2, change 0, 0 unchanged" in said.stderr
    assert [line.split()[0] for line in said.stdout.splitlines()] == ["ROW", "new", "new"]
    assert rows(anywhere) == []
    anywhere.ecrmirror("import", "-", "--format", "csv", stdin=TABLE)
    changed = TABLE.replace("127.0.0.1:9/app ", "127.0.0.1:9/other ")
    assert changed != TABLE
    said = anywhere.ecrmirror("import", "-", "--format", "csv", "--dry-run", stdin=changed)
    assert "changed 1" not in said.stderr and "change 1, 1 unchanged" in said.stderr
    assert "no longer" in said.stdout


def test_ten_thousand_rows(account):
    lines = [f"127.0.0.1:9/source/app-{number}:1.0,127.0.0.1:9/copy/app-{number}" for number in range(10_000)]
    (account.folder / "table.csv").write_text("\n".join(lines) + "\n")
    began = time.monotonic()
    account.ecrmirror("import", "table.csv")
    took = time.monotonic() - began
    began = time.monotonic()
    account.ecrmirror("export", "out.csv")
    print(f"10,000 rows imported in {took:.2f} s, exported in {time.monotonic() - began:.2f} s")
    assert len((account.folder / "out.csv").read_text().splitlines()) == 10_001


REGSYNC = """
version: 1
x-often: &often 15m
creds:
  - {registry: registry.example, user: robot, pass: very-secret}
sync:
  - source: docker.io/library/alpine:3.20
    target: 127.0.0.1:9/alpine:3.20
    type: image
    interval: *often
  - source: quay.io/team/app
    target: 127.0.0.1:9/app
    type: repository
    tags:
      allow: ['v\\d+\\.\\d+', 'latest']
      deny: ['.*-rc.*']
"""

SKOPEO = """
quay.io:
  images:
    team/app: [v1.0, '2.10']
  images-by-tag-regex:
    team/tool: '^v[0-9]+$'
  credentials: {username: robot, password: very-secret}
"""


@pytest.mark.parametrize(
    ("name", "text", "options"),
    [("sync.yml", REGSYNC, ()), ("sync.yaml", SKOPEO, ("--to", "127.0.0.1:9/copies"))],
    ids=["regsync", "skopeo"],
)
def test_yaml_of_other_programs_comes_in_and_goes_out_as_it_came(anywhere, name, text, options):
    (anywhere.folder / name).write_text(text)
    said = anywhere.ecrmirror("import", name, *options).stderr
    assert f"{name}, line" in said
    assert "very-secret" not in said and "robot" not in said
    before = anywhere.ecrmirror("export", "-", "--format", "json").stdout
    assert len(json.loads(before)["mirrors"]) == said.count("added") + (2 if options else 1)
    anywhere.ecrmirror("export", "out.yaml", *options)
    again = anywhere.ecrmirror("import", "out.yaml", *options).stderr
    assert "added 0, changed 0" in again, again
    assert anywhere.ecrmirror("export", "-", "--format", "json").stdout == before


def test_a_list_of_images_and_variables_of_regsyncs_file_come_in(account):
    (account.folder / "images.txt").write_text("# what runs\nalpine\nquay.io/team/app:1.0  # ours\n")
    assert "--to" in account.ecrmirror("import", "images.txt", exit=64).stderr
    account.ecrmirror("import", "images.txt", "--to", "127.0.0.1:9/m", "--scoped")
    text = "sync:\n- {source: '{{env \"FROM\"}}/app:2', target: '127.0.0.1:9/app:2', type: image}\n"
    (account.folder / "sync.yml").write_text(text)
    assert "the variable FROM is not set" in account.ecrmirror("import", "sync.yml", exit=1).stderr
    account.ecrmirror("import", "sync.yml", FROM="quay.io/team")
    assert {row["source"]: row["destinations"] for row in rows(account)} == {
        "alpine:latest": ["127.0.0.1:9/m/docker.io/library/alpine:latest"],
        "quay.io/team/app:1.0": ["127.0.0.1:9/m/quay.io/team/app:1.0"],
        "quay.io/team/app:2": ["127.0.0.1:9/app:2"],
    }


MANIFESTS = """
apiVersion: v1
kind: Pod
spec: {containers: [{image: quay.io/team/app:1.0}, {image: busybox}]}
---
apiVersion: v1
kind: Pod
spec: {containers: [{image: ghcr.io/team/tool:2}]}
"""


def test_manifests_on_standard_input_come_in_under_rewritten_names(account):
    assert "--to" in account.ecrmirror("import", "-", stdin=MANIFESTS, exit=64).stderr
    said = account.ecrmirror("import", "-", "--map", "quay.io=127.0.0.1:9/quay", stdin=MANIFESTS, exit=1).stderr
    assert "line 4: no --map covers docker.io/library/busybox" in said
    account.ecrmirror("import", "-", "--to", "127.0.0.1:9/m", "--map", "quay.io=127.0.0.1:9/quay", stdin=MANIFESTS)
    assert {row["source"]: row["destinations"] for row in rows(account)} == {
        "busybox:latest": ["127.0.0.1:9/m/library/busybox:latest"],
        "ghcr.io/team/tool:2": ["127.0.0.1:9/m/team/tool:2"],
        "quay.io/team/app:1.0": ["127.0.0.1:9/quay/team/app:1.0"],
    }
    assert "FROM=TO" in account.ecrmirror("import", "-", "--map", "quay.io", stdin=MANIFESTS, exit=64).stderr


def test_an_export_with_the_maps_of_an_import_reads_back_as_the_same_rows(account):
    maps = ("--map", "quay.io=127.0.0.1:9/quay", "--map", "docker.io=127.0.0.1:9/hub")
    text = "quay.io/team/app:1.0\nbusybox:1\n"
    account.ecrmirror("import", "-", "--format", "list", *maps, stdin=text)
    for name in ("out.yaml", "out.txt"):
        account.ecrmirror("export", name, *maps)
        again = account.ecrmirror("import", name, *maps).stderr
        assert "added 0, changed 0, 2 unchanged" in again, again
    said = account.ecrmirror("export", "-", "--format", "list", *maps[:2], exit=1).stderr
    assert "busybox:1: it has a source for which no --map covers docker.io/library/busybox" in said
    # What is asked of a form it cannot do is told before any store is looked for.
    assert (
        "can only be imported"
        in account.run("ecrmirror", "--local", "no", "export", "-", "--format", "compose", exit=64).stderr
    )


def test_mistakes_on_standard_input_are_said_to_be_there(account):
    said = account.ecrmirror("import", "-", "--to", "127.0.0.1:9/m", stdin="image: {repository: a}\n", exit=1).stderr
    assert "standard input, line 1: its keys match no known format" in said


def test_rows_that_a_form_cannot_hold_are_named_and_nothing_is_written_but_on_request(anywhere):
    anywhere.ecrmirror("import", "-", "--format", "csv", stdin=TABLE)
    said = anywhere.ecrmirror("export", "out.yaml", exit=1).stderr
    assert "quay.io/team/app:1.0: it is disabled" in said
    assert "1 of 2 mirrors" in said
    assert not (anywhere.folder / "out.yaml").exists()
    anywhere.ecrmirror("export", "out.yaml", "--partial")
    assert re.findall("source: (.*)", (anywhere.folder / "out.yaml").read_text()) == ["docker.io/library/alpine:3.20"]


def test_skopeo_copies_what_an_export_for_it_says(account, source, destination, client):
    for tag in ("1.0", "1.1", "2.0-rc1"):
        client(source).push(make_image(tag), "team/app", tag)
    client(source).push(make_image("other"), "team/other", "latest")
    to = f"{destination.host}/copies"
    account.ecrmirror("add", f"{source.host}/team/app", f"{to}/app", "--include", "+([0-9]).*", "--include", "x")
    account.ecrmirror("add", f"{source.host}/team/other:latest", f"{to}/other")
    account.ecrmirror("export", "out.yaml", "--to", to)
    subprocess.run(
        ["skopeo", "sync", "--all", "--src", "yaml", "--dest", "docker", "--dest-tls-verify=false", "out.yaml", to],
        cwd=account.folder,
        check=True,
        timeout=120,
    )
    account.ecrmirror("check")
    assert set(account.states().values()) == {"in-sync"}
    assert len(account.states()) == 4


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("sync:\n  - {source: a, target: b, type: registry}\n", "line 2: a row cannot hold a whole registry"),
        ("sync:\n  - {source: '{{env \"A\"}}', target: b, type: image}\n", "line 2: the variable A is not set"),
        ("sync:\n  - {source: a, target: r.io/a, type: image}\n  - {source: UPPER, target: b, type: image}", "line 3"),
        ("sync: [\n", "line 1: this is not YAML"),
        ("sync: \x07", "line 1: this is not YAML"),
        ("a: &a [x]\n" + "".join(f"a{n}: &a{n} [*a, *a]\n" for n in range(9)) + "sync: *a8\n", "line"),
        ("[" * 5000, "nested too deeply"),
        ("quay.io: {images: {a: [1]}}\n", "--to"),
        ("", "nothing was imported"),
    ],
    ids=range(9),
)
def test_yaml_that_cannot_be_rows_imports_none(anywhere, text, complaint):
    (anywhere.folder / "a.yaml").write_text(text)
    said = anywhere.ecrmirror("import", "a.yaml", exit=None)
    assert said.exit in (1, 64)
    assert complaint in said.stderr
    assert "\x07" not in said.stderr
    assert rows(anywhere) == []


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.yaml"])
@pytest.mark.parametrize(
    "part", ["\n", "- ", "[", '"', ",", "\n- "], ids=["lines", "lists", "[", "quotes", ",", "items"]
)
def test_a_file_of_one_thing_over_and_over_is_refused_soon(account, name, part):
    """Of all that the largest file holds, in far less time than the test's own."""
    (account.folder / name).write_text(part * (4_000_000 // len(part)))
    said = account.ecrmirror(
        "import",
        name,
        "--to" if name.endswith("yaml") else "--dry-run",
        *(["d.example"] if name.endswith("yaml") else []),
        exit=None,
    )
    assert said.exit in (0, 1)
    assert rows(account) == []


def test_ten_thousand_entries_of_regsync(account):
    entries = "".join(
        f"  - {{source: 127.0.0.1:9/source/app-{n}:1, target: 127.0.0.1:9/copy/app-{n}:1, type: image, interval: 1h}}\n"
        for n in range(10_000)
    )
    (account.folder / "sync.yaml").write_text("sync:\n" + entries)
    said = account.ecrmirror("import", "sync.yaml").stderr
    assert "line 2, and 9999 more: 'interval'" in said
    assert "added 10000" in said
    account.ecrmirror("export", "out.yaml")
    assert "0 added" not in account.ecrmirror("import", "out.yaml").stderr
    assert (account.folder / "out.yaml").read_text().count("type: image") == 10_000


def test_what_is_no_regular_file_is_written_to_and_not_replaced(account):
    account.ecrmirror("import", "-", "--format", "csv", stdin="alpine:3,127.0.0.1:9/a\n")
    pipe = account.folder / "pipe.csv"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        account.ecrmirror("export", "pipe.csv")
        assert os.read(reader, 1 << 16).decode().startswith("source,destination")
        assert pipe.is_fifo()
        assert not list(account.folder.glob("pipe.csv.*"))
    finally:
        os.close(reader)
