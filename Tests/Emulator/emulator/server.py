"""The running emulator: what MiniStack lacks is put in, the port is served, and everything started ends with it."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import ssl
import sys
import threading
from pathlib import Path

from hypercorn.asyncio import serve as serve_http
from hypercorn.config import Config
from ministack import app

from . import (
    alarms,
    batch,
    builds,
    cloudformation,
    containers,
    ecr,
    enforcement,
    events,
    expiry,
    functions,
    identity,
    messages,
    real_names,
    schedules,
    templates,
)
from .gateway import Gateway
from .options import Options


async def serve(listener: socket.socket, folder: Path, options: Options) -> int:
    port = listener.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    containers.configure(folder, endpoint)
    for part in (
        enforcement,
        identity,
        events,
        alarms,
        expiry,
        messages,
        schedules,
        ecr,
        batch,
        builds,
        functions,
        cloudformation,
        templates,
    ):
        part.install()
    admin = identity.make_admin()

    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    if options.until_stdin_closes:
        threading.Thread(target=wait_for_end_of_stdin, args=(loop, ending), daemon=True).start()

    async def end() -> None:
        await ending.wait()
        # One that is frozen does not answer the end of its TLS connections, which is waited for half a minute.
        functions.recycle()

    config = Config()
    config.loglevel = options.log_level
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0.2
    config.shutdown_timeout = 1
    # AWS's endpoints speak HTTP/1.1.
    config.alpn_protocols = ["http/1.1"]
    ready = {"endpoint": endpoint, "port": port, "account": options.account, "region": options.region, "admin": admin}
    if options.real_names:
        secure = socket.create_server(("127.0.0.1", 0))
        authority, config.certfile, config.keyfile = real_names.certificate(folder, options.region)
        config.bind, config.insecure_bind = [f"fd://{secure.fileno()}"], [f"fd://{listener.fileno()}"]
        proxy = await real_names.open_proxy(secure.getsockname()[1])
        ready["realNames"] = real_names.variables(proxy, authority)
        containers.add_variables(ready["realNames"])
    else:
        config.bind = [f"fd://{listener.fileno()}"]
    server = asyncio.create_task(serve_http(Gateway(app.app), config, shutdown_trigger=end))
    announcement = asyncio.create_task(announce(port, ready))
    try:
        with contextlib.suppress(ssl.SSLError):
            # Whoever still sends while its connection is being closed makes hypercorn end with this error.
            await server
    finally:
        announcement.cancel()
        containers.stop_all()
    return 0


async def announce(port: int, ready: dict) -> None:
    """Says that the emulator listens, once it answers."""
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /_ministack/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            answer = await reader.readline()
            writer.close()
        except OSError:
            answer = b""
        if b" 200 " in answer:
            break
        await asyncio.sleep(0.01)
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()


def wait_for_end_of_stdin(loop: asyncio.AbstractEventLoop, ending: asyncio.Event) -> None:
    # Not through sys.stdin, whose lock Python wants at its end.
    while os.read(0, 4096):
        pass
    loop.call_soon_threadsafe(ending.set)
