"""For tests/failover.sh: a mail server that notes whom it was given mail for, and two roads to a PostgreSQL server.

    failover.py sink PORT JOURNAL      takes every mail; a line `RECIPIENT MESSAGE-ID` before each 250
    failover.py road PORT FILE         passes connections on to the port that FILE holds when they come
    failover.py slow PORT TO SECONDS   passes on what TO says after so long, and forgets what waits when TO is gone
"""

import asyncio
import sys


async def sink(port, path):
    journal = open(path, "a", buffering=1)

    async def serve(reader, writer):
        to = ""
        writer.write(b"220 sink\r\n")
        try:
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb in (b"EHLO", b"HELO"):
                    writer.write(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
                elif verb == b"RCPT":
                    to = line.split(b"<")[1].split(b">")[0].decode()
                    writer.write(b"250 ok\r\n")
                elif verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await writer.drain()
                    mail = await reader.readuntil(b"\r\n.\r\n")
                    name = next(l for l in mail.split(b"\r\n") if l.lower().startswith(b"message-id:"))
                    await asyncio.sleep(0.004)
                    journal.write(f"{to} {name.decode().split(':', 1)[1].strip()}\n")
                    writer.write(b"250 taken\r\n")
                elif verb == b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                else:
                    writer.write(b"250 ok\r\n")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        writer.close()

    await forever(serve, port)


async def road(port, path):
    async def serve(reader, writer):
        await join(reader, writer, int(open(path).read()), 0)

    await forever(serve, port)


async def slow(port, to, seconds):
    async def serve(reader, writer):
        await join(reader, writer, int(to), float(seconds))

    await forever(serve, port)


async def join(reader, writer, to, delay):
    try:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", to)
    except OSError:
        writer.close()
        return
    ways = [asyncio.create_task(carry(reader, there_writer)), asyncio.create_task(late(there_reader, writer, delay))]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in ways:
        way.cancel()
    for end in (writer, there_writer):
        end.transport.abort()


async def carry(reader, writer):
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass


async def late(reader, writer, delay):
    if not delay:
        return await carry(reader, writer)
    loop, waiting = asyncio.get_running_loop(), asyncio.Queue()

    async def deliver():
        while True:
            due, data = await waiting.get()
            await asyncio.sleep(max(0, due - loop.time()))
            writer.write(data)

    delivery = asyncio.create_task(deliver())
    try:
        while data := await reader.read(1 << 16):
            waiting.put_nowait((loop.time() + delay, data))
    except ConnectionError:
        pass
    delivery.cancel()


async def forever(serve, port):
    server = await asyncio.start_server(serve, "127.0.0.1", int(port), limit=1 << 20)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run({"sink": sink, "road": road, "slow": slow}[sys.argv[1]](*sys.argv[2:]))
