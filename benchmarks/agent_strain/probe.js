// Put into the console before anything of its own runs: what an agent feels, frame by frame.
//
// A key counts from the moment the browser got it (`timeStamp`, so waiting behind other work is in
// it) to the beginning of the frame after the one that shows it: two requestAnimationFrame. That is
// up to one frame (17 ms) more than the truth. Event Timing, beside it, says when the frame was
// presented, in steps of 8 ms, and leaves out what took less than 16.
(() => {
  const MOVED_PX = 1;
  /** So long after the last thing the agent did a line may still move because of it. */
  const OWN_MS = 300;
  const STILL_MS = 400;
  const MODIFIERS = new Set(["Alt", "Control", "Meta", "Shift"]);
  const NEAR_END_PX = 80;
  const SWITCH_MS_MAX = 10_000;
  const LINES = { list: "[data-testid=conversation]", thread: ".messages-all li > [data-seq]" };

  const probe = { keys: [], timed: [], switches: [], jumps: [], frames: [], samples: 0 };
  globalThis.strain = probe;

  const painted = (done) => requestAnimationFrame(() => requestAnimationFrame(done));

  // Keys and switches -----------------------------------------------------------------------

  const openId = () => document.querySelector("[data-testid=chat]")?.dataset.id ?? "";

  /** From a click or key to the painted messages of another conversation. */
  function switchBegan(beganMs, how) {
    const before = openId();
    const look = () => {
      const nowMs = performance.now();
      const isThere = openId() !== before && document.querySelector(LINES.thread) !== null;
      if (isThere) {
        const to = openId();
        requestAnimationFrame(() => probe.switches.push([performance.now() - beganMs, how, to]));
      }
      if (!isThere && nowMs - beganMs < SWITCH_MS_MAX) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  addEventListener(
    "keydown",
    (event) => {
      if (!event.isTrusted) return;
      const { key, timeStamp } = event;
      if (MODIFIERS.has(key)) return; // They paint nothing; the key with them counts.
      painted(() => probe.keys.push([performance.now() - timeStamp, key]));
      if (event.altKey && key.startsWith("Arrow")) switchBegan(timeStamp, key);
    },
    true,
  );
  addEventListener(
    "click",
    (event) => {
      const row = event.target.closest?.(LINES.list);
      if (row && row.dataset.id !== openId()) switchBegan(event.timeStamp, "click");
    },
    true,
  );
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) {
      if (name === "keydown") probe.timed.push(duration);
    }
  }).observe({ type: "event", durationThreshold: 16 });

  // What stands under the pointer -------------------------------------------------------------

  let pointer = null;
  let lastAct = { type: "none", ms: 0 };
  let listUntilMs = 0;
  let threadUntilMs = 0;

  function acted(event) {
    const untilMs = performance.now() + OWN_MS;
    lastAct = { type: event.key ?? event.type, ms: performance.now() };
    // Letters in the box are no reason for the list to move.
    const writes = event.type === "keydown" && event.key.length === 1 && isWriting(event);
    threadUntilMs = Math.max(threadUntilMs, untilMs);
    if (!writes) listUntilMs = untilMs;
    if (event.clientX !== undefined) pointer = { x: event.clientX, y: event.clientY };
  }
  const isWriting = ({ target, ctrlKey, altKey }) =>
    target instanceof HTMLTextAreaElement && !ctrlKey && !altKey;
  for (const type of ["pointermove", "pointerdown", "pointerup", "wheel", "keydown"]) {
    addEventListener(type, acted, { capture: true, passive: true });
  }
  addEventListener(
    "scroll",
    () => {
      // A wheel's movement takes a few frames; what it began is the agent's.
      const nowMs = performance.now();
      if (nowMs < listUntilMs) listUntilMs = nowMs + OWN_MS;
      if (nowMs < threadUntilMs) threadUntilMs = Math.max(threadUntilMs, nowMs + OWN_MS);
    },
    { capture: true, passive: true },
  );

  function lineUnderPointer() {
    const found = pointer && document.elementFromPoint(pointer.x, pointer.y);
    if (!found) return null;
    const row = found.closest(LINES.list);
    if (row !== null) return { kind: "list", id: row.dataset.id, top: topOf(row) };
    const said = found.closest(LINES.thread);
    const scroll = found.closest(".messages-scroll");
    // Who is at the end follows what comes; who scrolled up reads.
    if (said === null || scroll === null || endOf(scroll) < NEAR_END_PX) return null;
    return { kind: "thread", id: `${openId()} ${said.dataset.seq}`, top: topOf(said) };
  }
  const topOf = (element) => element.getBoundingClientRect().top;
  const endOf = ({ scrollHeight, scrollTop, clientHeight }) =>
    scrollHeight - scrollTop - clientHeight;

  function placeOf({ kind, id }) {
    const [open, seq] = id.split(" ");
    if (kind === "thread" && open !== openId()) return null;
    const name = kind === "list" ? `[data-testid=conversation][data-id="${id}"]` : `[data-seq="${seq}"]`;
    const element = document.querySelector(name);
    return element === null ? null : topOf(element);
  }

  /** The agent goes far: until the end of it, nothing in the conversation has a place. */
  probe.travel = (isUnderWay) => {
    threadUntilMs = isUnderWay ? Infinity : performance.now() + OWN_MS;
  };

  let line = null;
  let lastMs = 0;
  function look(frameMs) {
    if (lastMs > 0) probe.frames.push(frameMs - lastMs);
    lastMs = frameMs;
    const isOwn = line && performance.now() < (line.kind === "list" ? listUntilMs : threadUntilMs);
    if (line !== null && !isOwn) {
      probe.samples += 1;
      const now = placeOf(line);
      if (now === null || Math.abs(now - line.top) > MOVED_PX) {
        const byPx = now === null ? null : Math.round(now - line.top);
        const { type, ms } = lastAct;
        const after = `${type}, ${Math.round(performance.now() - ms)} ms before`;
        const scrolledPx = (scrollOf(line.kind) ?? line.scroll) - line.scroll;
        probe.jumps.push({ kind: line.kind, byPx, atMs: Math.round(frameMs), after, scrolledPx });
      }
    }
    line = lineUnderPointer();
    if (line !== null) line.scroll = scrollOf(line.kind);
    requestAnimationFrame(look);
  }
  const scrollOf = (kind) =>
    document.querySelector(kind === "list" ? ".rows" : ".messages-scroll")?.scrollTop;
  requestAnimationFrame(look);

  /** The message under the pointer and where it stands, to compare after a turn of the wheel. */
  probe.mark = () => {
    const list = document.querySelector(".messages-scroll");
    const found = document.elementFromPoint(pointer.x, pointer.y)?.closest(LINES.thread);
    return found ? { seq: found.dataset.seq, top: topOf(found), scroll: list.scrollTop } : null;
  };
  probe.placeOfMark = ({ seq }) => {
    const found = document.querySelector(`.messages-all [data-seq="${seq}"]`);
    return found === null ? null : topOf(found);
  };
  /** Resolves once nothing has been scrolled for a while. */
  probe.still = () =>
    new Promise((done) => {
      let timer = setTimeout(done, STILL_MS);
      const moved = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          removeEventListener("scroll", moved, true);
          done();
        }, STILL_MS);
      };
      addEventListener("scroll", moved, true);
    });

  // All that is on the screen ------------------------------------------------------------------

  /** Go through the open conversation from its end to its beginning and read what it shows. */
  probe.read = async () => {
    const list = document.querySelector(".messages-scroll");
    const seen = new Map();
    let twice = 0;
    const read = () => {
      const shown = [...list.querySelectorAll("[data-testid=message][data-seq]")];
      twice += shown.length - new Set(shown.map(({ dataset }) => dataset.seq)).size;
      for (const one of shown) {
        seen.set(Number(one.dataset.seq), one.querySelector(".text")?.textContent ?? "");
      }
    };
    const frame = () => new Promise((done) => painted(done));
    list.scrollTop = list.scrollHeight;
    await frame();
    for (let waited = 0; waited < 600; ) {
      read();
      const isAtStart = list.querySelector(`[data-seq="1"]`) !== null;
      if (isAtStart) break;
      const before = list.scrollTop;
      list.scrollTop = Math.max(0, before - list.clientHeight);
      await frame();
      // At the top, where older ones are under way.
      waited = list.scrollTop === before ? waited + 1 : 0;
    }
    read();
    return { seen: [...seen], twice };
  };
})();
