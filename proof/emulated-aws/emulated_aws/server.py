"""The HTTP server: a thread a connection, connections stay open.

werkzeug's own server closes the connection after each answer, after waiting 10 ms for more of the request; with
thousands of calls that costs minutes, and now and then a client finds its connection reset. Requests and answers of an
emulated AWS fit into memory, so each is read, and written, as a whole.
"""

from __future__ import annotations

import logging
import socket
import struct
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer
from werkzeug.wrappers import Response

log = logging.getLogger("emulated_aws")


class CutConnection(ConnectionError):
    """Ends a request without an answer, as a network that fails does."""


class Handler(MotoRequestHandler):
    """Answers the requests of one connection, one after the other."""

    protocol_version = "HTTP/1.1"

    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        environ = self.make_environ()
        try:
            self._send(Response.from_app(self.server.app, environ))
        except CutConnection:
            # at once, and with a reset, as a network that fails does
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        except ConnectionError as error:
            self.connection_dropped(error, environ)
            self.close_connection = True
        except Exception:
            log.exception("%s %s", self.command, self.path)
            self._send(Response("the emulator failed; its log says where", status=501))

    def _send(self, response: Response) -> None:
        body = response.get_data()
        bodiless = self.command == "HEAD" or response.status_code in (204, 304) or response.status_code < 200
        lines = [f"HTTP/1.1 {response.status}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items() if name.lower() != "content-length"]
        if not bodiless:
            lines.append(f"Content-Length: {len(body)}")
        elif self.command == "HEAD" and "Content-Length" in response.headers:
            lines.append(f"Content-Length: {response.headers['Content-Length']}")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        # in one piece, so that no packet waits for the acknowledgement of another
        self.wfile.write(head if bodiless else head + body)

    def log(self, *_: Any, **__: Any) -> None:
        """The application logs each AWS call by its name."""


def listen(host: str, port: int, application: Any) -> ThreadedWSGIServer:
    """A server that listens; OSError when it can't. Port 0 takes a free one."""
    # werkzeug would answer a port in use by ending the process
    with socket.create_server((host, port), backlog=128) as listening:
        return ThreadedWSGIServer(host, port, application, handler=Handler, fd=listening.fileno())
