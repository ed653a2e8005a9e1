"""An AirDesk visitor: python visitor.py http://localhost:8000 "Hello" "Again" --until Bye"""
import argparse, asyncio, contextlib, json, random, secrets, sys, time, uuid  # noqa: E401
from urllib.request import Request, urlopen
from websockets import WebSocketException, connect

def uuid7():  # RFC 9562: 48 bits of milliseconds, then random bits around version and variant
    ms, rest = time.time_ns() // 1_000_000, secrets.token_hex(9)
    return str(uuid.UUID(f"{ms:012x}7{rest[:3]}8{rest[3:]}"))

def get_token(url, old):  # {} gives a new visitor, {"token": ...} a fresh token of the same one
    return json.load(urlopen(Request(url + "/api/visitor-token", json.dumps(old).encode(),
                                     {"Content-Type": "application/json"}), timeout=10))

async def visit(url, outbox, until, bad):  # outbox: texts by operation id, oldest first
    token, you, cursor, attempt, wait, number, retry_ms = {}, "", "", 0, 1, 4100, 0
    device, instance, last, done = uuid7(), uuid7(), {}, False  # last: seq by conversation id
    while number // 100 != 40:  # connect again and again; 40xx: the server wants us to give up
        try:
            if number // 100 == 41:  # the token is not good, or there is none yet
                token = await asyncio.to_thread(get_token, url, token)
            number = retry_ms = 0
            async with connect(url.replace("http", "ws", 1) + "/socket", compression=None,
                               subprotocols=["airdesk.v1.json"], max_size=None) as socket:
                say = lambda name, **fields: socket.send(json.dumps({"type": name, **fields}))
                refs, healing, sent, attempt = {}, set(), set(), attempt + 1
                await say("hello", **token, device=device, instance=instance, attempt=attempt,
                          cursor=cursor, held=[{"conversation": c, "seq": last[c]} for c in last])
                while outbox or not done:
                    m = json.loads(await asyncio.wait_for(socket.recv(), 30))
                    name, ref, heads = m["type"], m.get("ref", 0), m.get("heads", [])
                    if name == "row":
                        refs[ref] = m["conversation"]
                    needs = [ref] if name in ("opened", "event") else [h["ref"] for h in heads]
                    if not refs.keys() >= {*needs, *m.get("mine", [])}:
                        await say("refresh")  # it is about a conversation that no row introduced
                        continue
                    cursor, retry_ms = m.get("cursor") or cursor, m.get("retry_ms", 0)
                    if name == "welcome":
                        last = last if m["you"] == you and not m.get("reset") else {}
                        you, wait = m["you"], 1
                    elif name in ("accepted", "rejected"):
                        bad += [m] * (outbox.pop(m["op"], None) is not None and name == "rejected")
                    elif name == "closed":
                        last.pop(refs.pop(ref, None), None)
                    elif name == "opened":  # at the seq held: go on there; else begin anew there
                        last[refs[ref]] = m["base"]
                        healing.discard(ref)
                    new = name == "event" and m["seq"] > last.get(refs[ref], 0)
                    stand = [(ref, m["prev"])] if new else [(h["ref"], h["seq"]) for h in heads]
                    for r in {r for r, seq in stand if seq != last.get(refs[r])} - healing:
                        healing.add(r)  # events are missing
                        await say("follow", conversation=refs[r], after=last.get(refs[r], 0))
                    if new and ref not in healing:
                        last[refs[ref]] = m["seq"]
                        if m["kind"] == 3:
                            who = ["visitor", "system", "bot", "agent"][min(m.get("author", 1), 3)]
                            print(f"{who}: {m.get('text', '')}", flush=True)
                            done = done or m.get("text") == until
                    for op in [op for op in list(outbox)[:32] if op not in sent]:
                        sent.add(op)
                        await say("send", op=op, where=0, text=outbox[op])
                return
        except (OSError, WebSocketException) as error:  # also 30 seconds of silence
            number = error.rcvd.code if getattr(error, "rcvd", None) else number
        await asyncio.sleep(max(random.random() * wait, retry_ms / 1000))
        wait = min(wait * 2, 30)

if __name__ == "__main__":
    parser, bad = argparse.ArgumentParser(description=__doc__), []
    for name, options in {"url": {}, "texts": {"nargs": "*"}, "--until": {},
                          "--seconds": {"type": float, "default": 10}}.items():
        parser.add_argument(name, **options)
    args = parser.parse_args()
    outbox = {uuid7(): text for text in args.texts}
    with contextlib.suppress(TimeoutError):
        asyncio.run(asyncio.wait_for(visit(args.url, outbox, args.until, bad), args.seconds))
    sys.exit(bool(outbox or bad))
