"""Signs generated requests with botocore: the vectors that our own signer is held to.

`python make.py` writes signatures.json anew; a system test checks that it is what botocore makes today.
"""

import datetime
import json
import random
import string
from pathlib import Path
from unittest import mock
from urllib.parse import quote

import botocore.auth
import botocore.compat
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FILE = Path(__file__).with_name("signatures.json")
NOW = datetime.datetime(2026, 11, 24, 6, 30, 15)
ODD = " !\"#$%&'()*+,;<=>?@[]^`{|}~-._:äß€漢"
COUNT = 250


def words(rng: random.Random, least: int = 0, most: int = 12) -> str:
    alphabet = string.ascii_letters + string.digits + (ODD if rng.random() < 0.5 else "-._~")
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(least, most)))


def path(rng: random.Random) -> str:
    segments = []
    for _ in range(rng.randint(0, 5)):
        segments.append(rng.choice([quote(words(rng, 1), safe="-._~"), ".", "..", "", "v1"]))
    return "/" + "/".join(segments)


def query(rng: random.Random) -> str:
    names = [words(rng, 1, 6) for _ in range(rng.randint(0, 4))]
    if names and rng.random() < 0.4:
        names.append(names[0])
    return "&".join(f"{quote(name, safe='-._~')}={quote(words(rng), safe='-._~')}" for name in names)


def headers(rng: random.Random) -> list[list[str]]:
    plain = string.ascii_letters + string.digits + ' ,;="()/'
    fields = [["Content-Type", rng.choice(["application/json", "application/x-amz-json-1.0; charset=utf-8"])]]
    for number in range(rng.randint(0, 4)):
        value = "".join(rng.choice(plain) for _ in range(rng.randint(0, 20))) + rng.choice(["", "  ", " a   b "])
        fields.append([f"X-Amz-{rng.choice('aBcD')}{number}", value])
    if rng.random() < 0.3:
        fields.append(["X-Amz-Twice", "one"])
        fields.append(["x-amz-twice", "  two  three "])
    fields.append(["User-Agent", "not signed"])
    return fields


def vector(rng: random.Random) -> dict:
    token = rng.choice([None, None, words(rng, 20, 40).encode("ascii", "ignore").decode() + "/+="])
    token = token.strip() if token else None
    service, region = rng.choice(["dynamodb", "batch", "ecr", "logs"]), rng.choice(["us-east-1", "eu-central-1"])
    host = rng.choice([f"{service}.{region}.amazonaws.com", "127.0.0.1:4566", "LOCALHOST:8000"])
    url = f"{rng.choice(['https', 'http'])}://{host}{path(rng)}"
    if text := query(rng):
        url += "?" + text
    case = {
        "method": rng.choice(["GET", "POST", "PUT", "DELETE"]),
        "url": url,
        "headers": headers(rng),
        "body": words(rng, 0, 40),
        "key": "AKID" + words(rng, 12, 16).encode("ascii", "ignore").hex()[:12],
        "secret": "secret/" + "".join(rng.choice(string.ascii_letters + "/+") for _ in range(33)),
        "token": token,
        "service": service,
        "region": region,
    }
    request = AWSRequest(case["method"], url, data=case["body"].encode())
    for name, value in case["headers"]:
        request.headers[name] = value
    signer = botocore.auth.SigV4Auth(Credentials(case["key"], case["secret"], token), service, region)
    with mock.patch.object(botocore.auth, "get_current_datetime", return_value=NOW):
        signer.add_auth(request)
    case["authorization"] = request.headers["Authorization"]
    return case


def document() -> str:
    rng = random.Random(20261124)
    cases = [vector(rng) for _ in range(COUNT)]
    lines = ",\n".join(json.dumps(case) for case in cases)
    return f'{{"date": {int(NOW.replace(tzinfo=datetime.UTC).timestamp())}, "cases": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    FILE.write_text(document())
