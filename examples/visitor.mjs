// An AirDesk visitor: node visitor.mjs http://localhost:8000 "Hello" "Again" --until Bye
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import WebSocket from "ws";
// MessagePack: arrays, texts, numbers (written: below 2^32), ids (read: hex, written: { id: hex })
const head = (n, fix, fixes, code) => n < fixes ? Buffer.of(fix | n)
  : Buffer.of(code, n >> 24, n >> 16, n >> 8, n);
const pack = v => typeof v === "number" ? head(v, 0, 128, 0xce)
  : Array.isArray(v) ? Buffer.concat([head(v.length, 0x90, 16, 0xdd), ...v.map(pack)])
  : v.id ? Buffer.concat([Buffer.of(0xc4, 16), Buffer.from(v.id, "hex")])
  : Buffer.concat([head(Buffer.byteLength(v), 0xa0, 32, 0xdb), Buffer.from(v)]);
function unpack(b, at = 0) {
  const uint = n => (at += n, n < 8 ? b.readUIntBE(at - n, n) : Number(b.readBigUInt64BE(at - n)));
  const text = (n, how = "utf8") => b.toString(how, at, at += n);
  const list = n => Array.from({ length: n }, () => read(uint(1)));
  const read = c => c < 0x80 ? c : c < 0xa0 ? list(c & 15) : c < 0xc0 ? text(c & 31)
    : c < 0xc4 ? c === 0xc3 : c < 0xcc ? text(uint(1 << c - 0xc4), "hex") : c < 0xd9
    ? uint(1 << c - 0xcc) : c < 0xdc ? text(uint(1 << c - 0xd9)) : list(uint(c * 2 - 438));
  return read(uint(1));
}
function uuid7() { // RFC 9562: 48 bits of milliseconds, a 7, 12 random bits, an 8, random bits
  const ms = Date.now().toString(16).padStart(12, "0"), rest = randomBytes(9).toString("hex");
  return `${ms}7${rest.slice(0, 3)}8${rest.slice(3)}`;
}
const { values: opt, positionals: [url, ...texts] } = parseArgs({ allowPositionals: true,
  options: { until: { type: "string" }, seconds: { type: "string", default: "10" } } });
const outbox = new Map(texts.map(text => [uuid7(), text])); // by operation id, oldest first
const device = { id: uuid7() }, instance = { id: uuid7() }, last = new Map(); // seq by conversation
let token, you, cursor = "", attempt = 0, number = 4100, wait = 1000, retry = 0, refused = 0, done;
const end = () => process.exit(outbox.size || refused ? 1 : 0);
setTimeout(end, opt.seconds * 1000);
for (; number < 4000 || number > 4099; wait = Math.min(wait * 2, 30000)) { // 40xx: end
  try {
    if (number >= 4100 && number < 4200) { // the token is not good, or there is none yet
      ({ token } = await fetch(url + "/api/visitor-token", { method: "POST",
        headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token }),
      }).then(answer => answer.ok ? answer.json() : Promise.reject(Error(answer.status))));
    }
    retry = 0, number = await new Promise(connect);
  } catch (error) { console.error(error.message); } // no HTTP: try again
  await new Promise(go => setTimeout(go, Math.max(Math.random() * wait, retry)));
}
end();
function connect(ended) { // one connection: gives its close code
  const socket = new WebSocket(url.replace("http", "ws") + "/socket", "airdesk.v1.bin");
  const refs = new Map(), healing = new Set(), sent = new Set();
  const silence = setTimeout(() => socket.terminate(), 30000), say = (...m) => socket.send(pack(m));
  socket.on("error", error => console.error(error.message)).on("ping", () => silence.refresh());
  socket.on("close", code => (clearTimeout(silence), ended(code)));
  socket.on("open", () => say(1, token, device, instance, ++attempt, cursor,
    [...last].map(([id, seq]) => [{ id }, seq])));
  socket.on("message", data => {
    const [kind, ...m] = unpack(data), ref = m[0], conv = refs.get(ref), at = last.get(conv);
    const heads = { 69: [m], 70: [m], 73: m[2], 74: kind === 74 && ref.map(r => [r]) }[kind] ?? [];
    silence.refresh();
    if (heads.some(([r]) => !refs.has(r))) return say(24); // not introduced by a row: refresh
    cursor = { 64: m[4], 73: m[1], 74: m[3] }[kind] || cursor;
    const next = kind === 70 && m[1] > (at ?? 0) && !healing.has(ref); // an event not held yet
    if (kind === 64) (m[0] !== you || m[5]) && last.clear(), [you, wait] = [m[0], 1000]; // welcome
    if (kind === 65) retry = m[2] ?? 0; // failure: its number is the close code, too
    if (kind === 66 || kind === 67) refused += outbox.delete(m[0]) && kind === 67; // the answer
    if (kind === 68) refs.set(ref, m[1]); // row
    if (kind === 76) last.delete(conv), refs.delete(ref); // closed
    if (kind === 69) last.set(conv, m[1]), healing.delete(ref); // opened: go on or begin anew
    for (const [r, seq] of next ? [[ref, m[2]]] : kind === 73 ? heads : []) {
      const id = refs.get(r), held = last.get(id);
      if (seq !== held && !healing.has(r)) healing.add(r), say(20, { id }, held ?? 0); // follow
    }
    if (next && !healing.has(ref)) last.set(conv, m[1]);
    if (next && !healing.has(ref) && m[4] === 3) { // a message
      console.log(`${["visitor", "system", "bot"][m[5] ?? 1] ?? "agent"}: ${m[6] ?? ""}`);
      done ||= m[6] === opt.until;
    }
    for (const [op, words] of [...outbox].slice(0, 32).filter(([op]) => !sent.has(op)))
      sent.add(op), say(2, { id: op }, 0, words); // send
    if (done && !outbox.size) end();
  });
}
