"""A mail server for tests: keeps what it accepts, and does to a recipient what the local part says.

later@    451 at RCPT the first time, then taken        unknown@  550 at RCPT
full@     452 after DATA the first time, then taken     spam@     554 after DATA
cut@      taken, and the connection is cut before the answer, the first time
mute@     taken, and no answer ever comes, the first time
deaf@     taken, and no answer ever comes, each time
"""

import asyncio
import json
import ssl
import sys
from collections import Counter

from aiosmtpd.smtp import SMTP

folder, port = sys.argv[1], int(sys.argv[2])
certificate = sys.argv[3:5]
seen = Counter()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        kind = address.split("@")[0]
        seen[kind, "rcpt"] += 1
        if kind == "unknown":
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        if kind == "later" and seen[kind, "rcpt"] == 1:
            return "451 4.7.1 Greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        kind = envelope.rcpt_tos[0].split("@")[0]
        seen[kind, "data"] += 1
        first = seen[kind, "data"] == 1
        if kind == "spam":
            return "554 5.7.1 Message refused by policy"
        if kind == "full" and first:
            return "452 4.2.2 Mailbox full"
        with open(f"{folder}/accepted.jsonl", "a", encoding="utf-8") as accepted:
            mail = {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos[0],
                "tls": session.ssl is not None,
                "data": envelope.content.decode("ascii"),
            }
            accepted.write(json.dumps(mail) + "\n")
        if kind == "cut" and first:
            server.transport.abort()
        if kind == "deaf" or (kind == "mute" and first):
            await asyncio.sleep(3600)
        return "250 2.0.0 Ok: queued as 4WxYz12345"


async def main():
    tls = None
    if certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(*certificate)
    loop = asyncio.get_running_loop()
    make = lambda: SMTP(Handler(), hostname="mx.exemple.fr", tls_context=tls, require_starttls=tls is not None)
    server = await loop.create_server(make, "127.0.0.1", port)
    print("READY", flush=True)
    await server.serve_forever()


asyncio.run(main())
