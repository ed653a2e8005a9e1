/**
 * The one line that a site embeds. It takes over `window.AirDesk`, waits until the page has
 * nothing to do, asks for the inbox's look, and draws the bubble. The chat itself loads when it is
 * opened.
 */

import { CommandQueue, type Caller } from "./command_queue.ts";
import type { ToldConfig } from "./config.ts";
import { Widget } from "./widget.ts";

/** A browser without idle callbacks (Safari) gets this pause after loading. */
const IDLE_MS = 300;
/** The page may be busy for ever; then the bubble comes all the same. */
const IDLE_MS_MAX = 3_000;
/** Pause after which the inbox is asked for again; it doubles. */
const RETRY_MS = 3_000;
/** With a longer pause nobody waits for the bubble any more. */
const RETRY_MS_MAX = 15 * 60_000;

function whenIdle(run: () => void): void {
  const idle = () => {
    if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: IDLE_MS_MAX });
    else globalThis.setTimeout(run, IDLE_MS);
  };
  if (document.readyState === "complete") idle();
  else addEventListener("load", idle, { once: true });
}

/** Ask for the inbox's look; null if it is not served, or if the server stays away. */
async function inboxConfig(address: string): Promise<ToldConfig | null> {
  for (let pause = RETRY_MS; pause < RETRY_MS_MAX; pause *= 2) {
    // No network, or no server: again.
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) return (await answer.json()) as ToldConfig;
    if (answer && answer.status < 500) {
      console.warn("AirDesk:", await answer.text());
      return null;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return null;
}

function load(script: HTMLScriptElement): void {
  const scope = window as { AirDesk?: Caller & { loaded?: boolean } };
  if (scope.AirDesk?.loaded) return; // A site that embeds it twice has one widget.
  const queue = new CommandQueue(scope.AirDesk);
  scope.AirDesk = Object.assign(queue.caller, { loaded: true });
  const inbox = script.dataset["inbox"] ?? "";
  const desk = new URL(script.src).origin;
  whenIdle(async () => {
    const told = await inboxConfig(`${desk}/api/widget/config?inbox=${encodeURIComponent(inbox)}`);
    if (told === null) return;
    const widget = new Widget(desk, inbox, told);
    widget.boot();
    queue.start((call) => widget.run(call));
  });
}

if (document.currentScript instanceof HTMLScriptElement) load(document.currentScript);
