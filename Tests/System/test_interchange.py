"""Import and export: every row or none."""

import json
import os
import time

import pytest

TABLE = """source,destination,expires,enabled
docker.io/library/alpine:3.20,127.0.0.1:9/alpine,,
quay.io/team/app:1.0,127.0.0.1:9/app 127.0.0.1:9/copies/app:stable,2999-01-01T00:00:00Z,false
"""


def rows(account) -> list[dict]:
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
    assert account.ecrmirror("export", "-", "--format", "csv").stdout.splitlines()[0] == TABLE.splitlines()[0]
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
    assert "2" in said.stderr
    assert rows(anywhere) == []


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
