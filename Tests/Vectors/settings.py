"""Has botocore read generated AWS files: what our own reader is held to.

`python settings.py` writes settings.json anew; a system test checks that it is what botocore makes of them today.
"""

import functools
import json
import os
import random
import tempfile
from pathlib import Path
from unittest import mock

import botocore.configprovider
import botocore.exceptions
import botocore.session

FILE = Path(__file__).with_name("settings.json")
COUNT = 300
NAMES = ["default", "a", "b", "two words"]
PROCESS = """/bin/echo '{"Version": 1, "AccessKeyId": "PROCESS", "SecretAccessKey": "s"}'"""
ROLE = ["role_arn = arn:aws:iam::1:role/r", "web_identity_token_file = /token", "source_profile = NAME"]
SOURCES = [
    ["aws_access_key_id = KEY", "aws_secret_access_key = s"],
    [f"credential_process = {PROCESS}"],
    ["sso_account_id = 1", "sso_role_name = r", "sso_session = s"],
    ["sso_account_id = 1", "sso_role_name = r", "sso_region = r", "sso_start_url = u"],
    ["credential_source = Environment", ROLE[0]],
    ["credential_source = Ec2InstanceMetadata", ROLE[0]],
    ["credential_source = Elsewhere", ROLE[0]],
    [ROLE[0], ROLE[1]],
    [ROLE[0], ROLE[2]],
    [ROLE[0], "source_profile = SELF", "aws_access_key_id = KEY", "aws_secret_access_key = s"],
    [ROLE[0], "source_profile = SELF"],
    [ROLE[1]],
    [ROLE[0]],
    [],
]
BROKEN = ["x", "= y", "[", "[]", "[x"]
ODD = [*BROKEN, "k = v ; no comment", "K: v = w", "k=", "empty =", "[a] more ]", "k = 1\n   2\n\n   3"]
NOISE = ["", "# comment", "   ; comment", "  # [profile c]", "\t", ""]
NESTED = ["s3 =\n  a = 1\n  B=2 = 3\n\n  # c", "dynamodb =\n    endpoint_url = http://one.file:1"]


def section(rng: random.Random, name: str, in_config: bool) -> list[str]:
    quoted = name if " " not in name or not in_config else rng.choice([f'"{name}"', f"'{name}'", name])
    heading = name if name == "default" or not in_config else f"profile {quoted}"
    lines = [f"[{heading}]{rng.choice(['', '', ' # c'])}"]
    body = list(rng.choice(SOURCES if in_config else [*SOURCES[:1], []]))
    words = {"NAME": rng.choice(NAMES), "SELF": name, "KEY": f"K{rng.randint(1, 99)}"}
    body = [functools.reduce(lambda text, word: text.replace(*word), words.items(), line) for line in body]
    if rng.random() < 0.4:
        body.append(rng.choice(["region = xx-north-1", "REGION: xx-south-1", "region=xx-west-1"]))
    if in_config and rng.random() < 0.2:
        body.append(rng.choice(["endpoint_url = http://all.file", *["services = local"] * 3, "services = nowhere"]))
    if rng.random() < 0.15:
        body.append(rng.choice(NESTED))
    if rng.random() < 0.04:
        body.append(rng.choice(ODD))
    rng.shuffle(body)
    indent = rng.choice(["", "", "", "  "])
    for line in body:
        lines += [indent + part for part in line.split("\n")] + ([rng.choice(NOISE)] if rng.random() < 0.3 else [])
    return lines


def file(rng: random.Random, in_config: bool) -> str:
    lines = [rng.choice(NOISE)]
    for name in rng.sample(NAMES, rng.randint(1, len(NAMES))):
        lines += section(rng, name, in_config)
        # Two headings of one name in different quotes are a mistake for us, and the last one's for botocore.
        if rng.random() < 0.03 and " " not in name:
            lines += section(rng, name, in_config)
    if in_config and rng.random() < 0.8:
        lines += ["[sso-session s]", "sso_region = xx-east-1", "sso_start_url = https://start", "[services local]"]
        lines += [NESTED[1], "sqs =", "  endpoint_url = http://q", "[preview]", "x = y"]
    if rng.random() < 0.03:
        lines.insert(rng.randint(0, len(lines)), rng.choice(ODD))
    return rng.choice(["\n", "\n", "\r\n"]).join("\n".join(lines).split("\n"))


def environment(rng: random.Random) -> dict[str, str]:
    pairs = {
        "AWS_PROFILE": (0.7, rng.choice(NAMES * 5 + ["none"])),
        "AWS_ACCESS_KEY_ID": (0.08, "ENV"),
        "AWS_DEFAULT_REGION": (0.2, "xx-env-1"),
        "AWS_ENDPOINT_URL": (0.1, "http://all.env"),
        "AWS_ENDPOINT_URL_DYNAMODB": (0.1, "http://one.env"),
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": (0.1, "true"),
        "AWS_WEB_IDENTITY_TOKEN_FILE": (0.1, "/token"),
        "AWS_ROLE_ARN": (0.1, "arn:aws:iam::1:role/e"),
    }
    chosen = {name: value for name, (chance, value) in pairs.items() if rng.random() < chance}
    if "AWS_ACCESS_KEY_ID" in chosen:
        chosen["AWS_SECRET_ACCESS_KEY"] = "s"
    return chosen


def answer(environment: dict[str, str], folder: str) -> dict | None:
    """What botocore makes of it; None where it raises an error before it comes to credentials."""
    fixed = {
        "HOME": folder,
        "PATH": "/usr/bin:/bin",
        "AWS_CONFIG_FILE": f"{folder}/config",
        "AWS_SHARED_CREDENTIALS_FILE": f"{folder}/credentials",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with mock.patch.dict(os.environ, {**fixed, **environment}, clear=True):
        session = botocore.session.Session()
        try:
            full, scoped = session.full_config, session.get_scoped_config()
            result = {kind: full.get(kind, {}) for kind in ["profiles", "sso_sessions", "services"]}
            result["region"] = session.get_config_variable("region")
            result["endpoints"] = {
                name: botocore.configprovider.ConfiguredEndpointProvider(full, scoped, name, os.environ).provide()
                if not session.get_config_variable("ignore_configured_endpoint_urls")
                else None
                for name in ["dynamodb", "sqs", "logs"]
            }
        except (botocore.exceptions.BotoCoreError, ValueError):
            return None
        try:
            found = session.get_credentials()
            result["method"] = found.method if found else None
            is_fixed = found and found.method in ("env", "shared-credentials-file", "config-file", "custom-process")
            result["key"] = found.access_key if is_fixed else None
        except (botocore.exceptions.BotoCoreError, ValueError):
            result["method"] = "error"
        return result


def document() -> str:
    rng = random.Random(20261124)
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(COUNT):
            case = {"config": file(rng, True), "credentials": file(rng, False) if rng.random() < 0.6 else ""}
            for name, text in case.items():
                Path(folder, name).write_text(text, newline="")
            case["environment"] = environment(rng)
            case["answer"] = answer(case["environment"], folder)
            cases.append(json.dumps(case))
    return "[\n" + ",\n".join(cases) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(document())
