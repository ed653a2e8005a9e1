/**
 * The one line that a site embeds. It takes over `window.AirDesk`, waits until the page has
 * nothing to do, asks for the inbox's look, and draws the bubble. The chat itself loads when it is
 * opened.
 */

import { CommandQueue, type Caller } from "./command_queue.ts";
import { Widget } from "./widget.ts";

/** A browser without idle callbacks (Safari) gets this pause after loading. */
const IDLE_MS = 300;
/** The page may be busy for ever; then the bubble comes all the same. */
const IDLE_MS_MAX = 3_000;
/** Pause after which the inbox is asked for again; it doubles. */
const RETRY_MS = 3_000;
const RETRIES_MAX = 8;

function whenIdle(run: () => void): void {
  const idle = () => {
    if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: IDLE_MS_MAX });
    else globalThis.setTimeout(run, IDLE_MS);
  };
  if (document.readyState === "complete") idle();
  else addEventListener("load", idle, { once: true });
}

async function inboxConfig(desk: string, inbox: string, tries = 0): Promise<object | null> {
  const address = `${desk}/api/widget/config?inbox=${encodeURIComponent(inbox)}`;
  try {
    const answer = await fetch(address, { credentials: "omit" });
    if (answer.ok) return (await answer.json()) as object;
    if (answer.status < 500 && answer.status !== 429) {
      console.warn("AirDesk:", answer.status, address);
      return null;
    }
  } catch {
    // No network, or the server is not there: again.
  }
  if (tries >= RETRIES_MAX) return null;
  await new Promise((resolve) => setTimeout(resolve, RETRY_MS * 2 ** tries));
  return inboxConfig(desk, inbox, tries + 1);
}

function load(script: HTMLScriptElement): void {
  const scope = window as { AirDesk?: Caller & { loaded?: boolean } };
  if (scope.AirDesk?.loaded) return; // A site that embeds it twice has one widget.
  const queue = new CommandQueue(scope.AirDesk);
  scope.AirDesk = Object.assign(queue.caller, { loaded: true });
  const inbox = script.dataset["inbox"] ?? "";
  const desk = new URL(script.src).origin;
  whenIdle(async () => {
    const told = await inboxConfig(desk, inbox);
    if (told === null) return;
    const widget = new Widget(desk, inbox, told as Record<string, unknown>);
    widget.boot();
    queue.start((call) => widget.run(call));
  });
}

if (document.currentScript instanceof HTMLScriptElement) load(document.currentScript);
