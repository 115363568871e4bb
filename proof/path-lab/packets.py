"""Listens and connects in network namespaces, all of them from one process: a socket remains in the namespace it was made in.

Reads one JSON object a line from standard input and answers each with one line:
  {"forwarding": [ns, ...], "namespaces": [ns, ...]}            kernel settings; answers {"ok": true}
  {"listeners": [{"namespace", "ports"}]}                       answers {"listening": number}
  {"attempts": [{"namespace", "address", "port", "http"?, "tls"?}], "seconds": number}
                                                                answers {"results": [true | false, ...]}
  {"traffic": {"namespace", "addresses", "port", "http", "perSecond", "forSeconds"}, "seconds": number}
                                                                answers {"requests": [[seconds since begin, true | false], ...]}
"""

import asyncio
import ctypes
import json
import os
import resource
import socket
import ssl
import sys

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL("libc.so.6", use_errno=True)
home = os.open("/proc/self/ns/net", os.O_RDONLY)
opened: dict[str, int] = {}
# Whose certificate it is, is seen by client.mjs.
trusting = ssl._create_unverified_context()


def enter(descriptor: int) -> None:
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def inside(namespace: str, work):
    if namespace not in opened:
        opened[namespace] = os.open(f"/var/run/netns/{namespace}", os.O_RDONLY)
    enter(opened[namespace])
    try:
        return work()
    finally:
        enter(home)


def write_settings(settings: dict[str, str]) -> None:
    for name, value in settings.items():
        with open(f"/proc/sys/net/ipv4/{name}", "w") as file:
            file.write(value)


def prepare(namespaces: list[str], forwarding: list[str]) -> None:
    for namespace in namespaces:
        forwards = namespace in forwarding
        inside(namespace, lambda forwards=forwards: write_settings({
            "ip_forward": "1" if forwards else "0",
            "conf/all/rp_filter": "0",
            "conf/default/rp_filter": "0",
            "conf/all/send_redirects": "0",
            "conf/default/send_redirects": "0",
        }))
        # Devices that were there before have a setting of their own.
        inside(namespace, quiet_devices)


def quiet_devices() -> None:
    for _, device in socket.if_nameindex():
        write_settings({f"conf/{device}/rp_filter": "0", f"conf/{device}/send_redirects": "0"})


async def answer(_reader, writer) -> None:
    writer.close()


async def listen(namespace: str, ports: list[int]) -> int:
    for port in ports:
        def bound():
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(("0.0.0.0", port))
            return one
        await asyncio.start_server(answer, sock=inside(namespace, bound), backlog=512)
    return len(ports)


async def connects(attempt: dict, seconds: float, limit: asyncio.Semaphore) -> bool:
    async with limit:
        one = inside(attempt["namespace"], socket.socket)
        one.setblocking(False)
        try:
            return await asyncio.wait_for(talk(one, attempt), seconds)
        except (OSError, asyncio.TimeoutError):
            return False
        finally:
            one.close()


async def talk(one: socket.socket, attempt: dict) -> bool:
    await asyncio.get_running_loop().sock_connect(one, (attempt["address"], attempt["port"]))
    path = attempt.get("http")
    if path is None:
        return True
    reader, writer = await asyncio.open_connection(sock=one, **({"ssl": trusting, "server_hostname": "lab"} if attempt.get("tls") else {}))
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n".encode())
        return (await reader.read()).startswith(b"HTTP/1.1 200")
    finally:
        writer.transport.abort()


async def traffic(wanted: dict, seconds: float) -> list[list]:
    """Requests over new connections at a steady rate, to one address after the other."""
    loop = asyncio.get_running_loop()
    begin = loop.time()
    limit = asyncio.Semaphore(4000)

    async def request(number: int) -> list:
        at = number / wanted["perSecond"]
        await asyncio.sleep(max(0.0, begin + at - loop.time()))
        address = wanted["addresses"][number % len(wanted["addresses"])]
        return [at, await connects({**wanted, "address": address}, seconds, limit)]

    return await asyncio.gather(*(request(number) for number in range(wanted["perSecond"] * wanted["forSeconds"])))


async def obey(command: dict) -> dict:
    if "namespaces" in command:
        prepare(command["namespaces"], command["forwarding"])
        return {"ok": True}
    if "listeners" in command:
        counts = [await listen(one["namespace"], one["ports"]) for one in command["listeners"]]
        return {"listening": sum(counts)}
    if "traffic" in command:
        return {"requests": await traffic(command["traffic"], command["seconds"])}
    limit = asyncio.Semaphore(1500)
    attempts = (connects(one, command["seconds"], limit) for one in command["attempts"])
    return {"results": await asyncio.gather(*attempts)}


async def main() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await obey(json.loads(line))), flush=True)


asyncio.run(main())
