"""A small web server for tests: a function from request to bytes goes in, an address comes out."""

import json
import socket
import threading
from contextlib import contextmanager, suppress

#: Stands in every address as the keys of paid nodes do; it must never show in a message.
KEY = "secret-key-0123456789"


class Server:
    """Answers each connection's requests with the bytes that `respond(body)` gives, in pieces."""

    def __init__(self, respond):
        self.respond, self.requests, self.connections = respond, [], 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/v2/{KEY}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            while head := self._head(lines):
                body = lines.read(int(head.get("content-length", 0)))
                self.requests.append((head, body))
                for piece in self.respond(body):
                    connection.sendall(piece)

    @staticmethod
    def _head(lines):
        first = lines.readline()
        fields = {"": first.decode()} if first else {}
        while (line := lines.readline().strip()) and first:
            name, _, value = line.decode().partition(":")
            fields[name.lower()] = value.strip()
        return fields

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


@contextmanager
def served(respond):
    server = Server(respond)
    try:
        yield server
    finally:
        server.close()


def answer(body, *fields, status="200 OK"):
    head = "".join(f"{field}\r\n" for field in (f"Content-Length: {len(body)}", *fields))
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def result(value, number=0):
    return json.dumps({"jsonrpc": "2.0", "id": number, "result": value}).encode()


def rpc(handle):
    """A server of JSON-RPC: `handle(requests)` gives the answer as a value."""
    return lambda body: [answer(json.dumps(handle(json.loads(body))).encode())]
