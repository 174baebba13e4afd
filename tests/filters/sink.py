"""A mail server that takes everything, for tests/filters.sh: FOLDER/NUMBER.eml, one mail each, as it came.

In: PORT FOLDER. Out: the mails. Speaks just enough of RFC 5321 for Facteur's client.
"""

import itertools
import pathlib
import socketserver
import sys

port, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 sink.test ESMTP\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.wfile.write(b"250-sink.test\r\n250 8BITMIME\r\n")
            elif verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.take()
                self.wfile.write(b"250 2.0.0 taken\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 2.0.0 bye\r\n")
                return
            else:
                self.wfile.write(b"250 2.0.0 ok\r\n")

    def take(self):
        mail = b""
        for line in self.rfile:
            if line == b".\r\n":
                break
            mail += line[1:] if line.startswith(b".") else line
        # Whoever waits for the mail must not see half of it.
        number = next(numbers)
        half = folder / f"{number}.half"
        half.write_bytes(mail)
        half.rename(folder / f"{number}.eml")


# Facteur keeps one connection for letters and others for digests: they are served side by side.
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


numbers = itertools.count(1)
Server(("127.0.0.1", port), Session).serve_forever()
