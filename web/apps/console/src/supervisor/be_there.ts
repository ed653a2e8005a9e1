import { App } from "antd";
import type { Desk } from "@airdesk/staff";
import { useDesk, useWords } from "../shell/index.ts";
import { boardWords } from "./words.ts";

const BUSY = 1;
/** The server answers sooner, or there is no connection. */
const WAIT_MS_MAX = 3_000;

/**
 * Be there before a conversation is taken, since nobody who is offline may have one: whoever is
 * offline becomes busy, so that nothing else comes.
 */
export function useBeThere(): () => Promise<void> {
  const desk = useDesk();
  const { message } = App.useApp();
  const say = useWords(boardWords);
  return async () => {
    if (desk.conversations.availability > 0) return;
    desk.setAvailability(BUSY);
    if (await isThere(desk)) void message.info(say("nowBusy"));
  };
}

function isThere(desk: Desk): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (there: boolean) => {
      clearTimeout(timer);
      end();
      resolve(there);
    };
    const timer = setTimeout(() => settle(false), WAIT_MS_MAX);
    const end = desk.watch(() => {
      if (desk.conversations.availability > 0) settle(true);
    });
  });
}
