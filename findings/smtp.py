"""A plain SMTP client and a receiver, for the scripts here: what is said on the wire is shown as it is."""

import base64
import socket
import socketserver
import sys
import threading
import time


class Receiver(socketserver.StreamRequestHandler):
    """Takes everything; counts."""

    taken = []

    def handle(self):
        say = self.wfile.write
        say(b"220 receiver.test\r\n")
        content = None
        for line in self.rfile:
            verb = line[:4].upper()
            if content is not None:
                if line == b".\r\n":
                    Receiver.taken.append(b"".join(content))
                    content = None
                    say(b"250 2.0.0 taken\r\n")
                else:
                    content.append(line)
            elif verb == b"DATA":
                content = []
                say(b"354 go on\r\n")
            elif verb == b"EHLO":
                say(b"250-receiver.test\r\n250 8BITMIME\r\n")
            elif verb == b"QUIT":
                say(b"221 bye\r\n")
                return
            else:
                say(b"250 2.0.0 ok\r\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def receive(port):
    server = Server(("127.0.0.1", port), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()


class Client:
    """One connection; `patience` in seconds for each answer."""

    def __init__(self, port, patience=8, greeting=True):
        self.patience = patience
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.rest = b""
        if greeting:
            self.answer()

    def send(self, text):
        self.socket.sendall(text.encode())

    def answer(self):
        """The next whole reply; "" when the server closes, None when it says nothing."""
        self.socket.settimeout(self.patience)
        reply = b""
        while True:
            while b"\n" not in self.rest:
                try:
                    more = self.socket.recv(65536)
                except TimeoutError:
                    return None
                except OSError:
                    return ""
                if not more:
                    return ""
                self.rest += more
            line, self.rest = self.rest.split(b"\n", 1)
            reply += line + b"\n"
            if line[3:4] != b"-":
                return reply.decode("latin1").replace("\r", "").strip()

    def say(self, text):
        self.send(text + "\r\n")
        return self.answer()

    def log_in(self, user, password):
        return self.say("AUTH PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()).decode())


ENVELOPE = ["MAIL FROM:<carnet@example.net>", "RCPT TO:<reader@example.org>", "DATA"]


def mail(number):
    return (
        f"Message-ID: <{number}@example.net>\r\nDate: Mon, 23 Nov 2026 08:00:00 +0000\r\n"
        f"From: <carnet@example.net>\r\nTo: <reader@example.org>\r\nSubject: {number}\r\n\r\nGood morning.\r\n.\r\n"
    )


def wait(done, seconds):
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:
        time.sleep(0.1)
    return done()


def show(reply):
    return {None: "(silence)", "": "(the connection is closed)"}.get(reply, reply)


def one_and_the_next(port, login=None):
    """One mail, with the next envelope behind its dot in one write; gives the replies that follow."""
    client = Client(port)
    greeting = client.say("EHLO client.test")
    print("EHLO:", greeting.replace("\n", " | "))
    assert "PIPELINING" in greeting, "it does not announce PIPELINING"
    if login:
        print("AUTH:", client.log_in(*login))
    for line in ENVELOPE:
        print(f"{line}: {client.say(line)}")
    client.send(mail(1) + "".join(line + "\r\n" for line in ENVELOPE))
    replies = []
    for what in ["the dot", *ENVELOPE]:
        replies.append(client.answer())
        print(f"answer to {what}: {show(replies[-1])}")
        if not replies[-1]:
            break
    return client, replies


def verdict(as_described, rule):
    print(f"rule: {rule}")
    print("seen: as described" if as_described else "seen: NOT as described; the server has changed")
    sys.exit(0 if as_described else 1)
