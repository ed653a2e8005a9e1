import type { Dictionary } from "@airdesk/staff";
import { english } from "./en.ts";
import { chinese } from "./zh.ts";

/** The name of something that the shell or the agent's pages say. */
export type Saying = keyof typeof english;

/** What the shell and the agent's pages say. */
export const consoleWords: Dictionary<Saying> = { en: english, zh: chinese };
