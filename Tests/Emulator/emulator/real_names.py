"""AWS under its real names: a proxy that leads connections for them here, and a certificate to speak TLS with.

`123456789012.dkr.ecr.us-east-1.amazonaws.com` then is an image registry like any other for every program that honours
`HTTPS_PROXY` and `SSL_CERT_FILE`, as libcurl, Go and the AWS SDKs do.
"""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

from lab.authority import Authority

REGIONS = ("us-east-1", "us-east-2", "us-west-2", "eu-central-1", "eu-west-1", "ap-southeast-2")
AWS = re.compile(r"(.+\.)?(amazonaws\.com|amazonaws\.com\.cn|api\.aws|on\.aws|public\.ecr\.aws)")
LONGEST = 64 * 1024
"""Bytes of a request's head."""


def variables(proxy: str, authority: str) -> dict[str, str]:
    """What a program needs in its environment."""
    return {"HTTPS_PROXY": proxy, "NO_PROXY": "127.0.0.1,localhost", "SSL_CERT_FILE": authority}


def wildcards(region: str) -> Iterator[str]:
    """The names for which the certificate is made out; a wildcard stands for one label only."""
    for part in {*REGIONS, region}:
        yield from (f"DNS:*.{part}.amazonaws.com", f"DNS:*.{part}.api.aws", f"DNS:*.{part}.on.aws")
        for service in ("dkr.ecr", "dkr.ecr-fips", "ecr", "ecr-fips", "dkr-ecr", "dkr-ecr-fips"):
            yield f"DNS:*.{service}.{part}.{'on.aws' if service.startswith('dkr-') else 'amazonaws.com'}"
    yield from ("DNS:*.amazonaws.com", "DNS:*.cn-north-1.amazonaws.com.cn", "DNS:*.dkr.ecr.cn-north-1.amazonaws.com.cn")
    yield "DNS:public.ecr.aws"


def certificate(folder: Path, region: str) -> tuple[str, str, str]:
    """Files of the authority, of its certificate for AWS's names, and of that one's key."""
    authority = Authority(folder / "authority")
    chain, key = authority.sign(wildcards(region))
    return str(authority.certificate), str(chain), str(key)


async def open_proxy(secure_port: int) -> str:
    """Starts the proxy, which leads connections for AWS to the port where the emulator speaks TLS; its URL."""

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await tunnel(reader, writer, secure_port)

    server = await asyncio.start_server(connect, "127.0.0.1", 0, limit=LONGEST)
    _servers.add(server)
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


_servers: set[asyncio.Server] = set()


async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secure_port: int) -> None:
    """One CONNECT."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
        writer.close()
        return
    method, target, _ = [*head.split(b"\r\n")[0].decode("latin-1").split(" "), "", ""][:3]
    host, _, port = target.rpartition(":")
    if method != "CONNECT":
        await refuse(writer, 501, "this proxy knows CONNECT only")
    elif not AWS.fullmatch(host):
        await refuse(writer, 502, f"this proxy leads to AWS only, not to {host}")
    elif port != "443":
        await refuse(writer, 502, f"AWS does not listen at port {port}")
    else:
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await join(reader, writer, "127.0.0.1", secure_port)


async def refuse(writer: asyncio.StreamWriter, status: int, message: str) -> None:
    body = message.encode()
    writer.write(
        f"HTTP/1.1 {status} Refused\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
    )
    await writer.drain()
    writer.close()


async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int) -> None:
    """Passes bytes both ways until either side ends."""
    other_reader, other_writer = await asyncio.open_connection(host, port)
    ways = [
        asyncio.create_task(copy(reader, other_writer)),
        asyncio.create_task(copy(other_reader, writer)),
    ]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in ways:
        way.cancel()
    for each in (writer, other_writer):
        each.close()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        return
