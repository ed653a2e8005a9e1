/** The chat with a made-up conversation, drawn by the same views as a visitor's. */

import { EVENT_KIND, FIRST_PARTICIPANT, VISITOR_AUTHOR } from "@airdesk/protocol";
import { render } from "preact";
import { Chat } from "../frame/chat/chat.ts";
import type { Boot } from "../frame/chat/api.ts";
import { Conversations } from "../frame/chat/conversations.ts";
import { inboxOf } from "../frame/inbox.ts";
import type { Host } from "../frame/page/host.ts";
import { MirrorStorage } from "../frame/page/mirror_storage.ts";
import { Words } from "../frame/text/words.ts";
import { paint } from "../frame/theme.ts";
import { App } from "../frame/views/app.tsx";
import { onLook, type Look, type Moment } from "./look.ts";

const PHONE = matchMedia("(max-width: 480px)");
const VISITOR_ID = "0192f0c1-a2b3-7c4d-8e5f-000000001101";
const AGENT_ID = "0192f0c1-a2b3-7c4d-8e5f-000000000a01";
const CONVERSATION_ID = "0192f0c1-a2b3-7c4d-8e5f-000000000c01";
const OPENED_AGO_MS = 4 * 60_000;
const STEP_MS = 40_000;

const SAMPLE = {
  zh: {
    agent: "林晓",
    ask: "你好，我想问一下订单什么时候能发货？",
    answer: "您好！订单今天下午就会发出，预计后天送达。",
    thanks: "太好了，谢谢！",
  },
  en: {
    agent: "Emma",
    ask: "Hello, when will my order be sent?",
    answer: "Hello! It leaves this afternoon and should be with you the day after tomorrow.",
    thanks: "Great, thank you!",
  },
};

type Sample = (typeof SAMPLE)["en"];
type Said = Partial<Boot["events"][number]> & { readonly kind: number };

/** A chat that never asks a server. */
class SampleChat extends Chat {
  agent = "";

  override get canSend(): boolean {
    return true;
  }

  override nameOf(): string {
    return this.agent;
  }

  override get team(): readonly string[] {
    return [this.agent];
  }
}

const STATUS: Readonly<Record<Moment, number | null>> = {
  start: null,
  away: null,
  queue: 1,
  talk: 2,
  end: 4,
};

function eventsOf(moment: Moment, sample: Sample): readonly Said[] {
  const ask = { kind: EVENT_KIND.message, author: VISITOR_AUTHOR, text: sample.ask };
  if (moment === "queue") return [ask, { kind: EVENT_KIND.queued }];
  const talk = [
    ask,
    { kind: EVENT_KIND.assigned, subject: AGENT_ID },
    { kind: EVENT_KIND.message, author: FIRST_PARTICIPANT, text: sample.answer },
    { kind: EVENT_KIND.message, author: VISITOR_AUTHOR, text: sample.thanks },
  ];
  return moment === "end"
    ? [...talk, { kind: EVENT_KIND.resolved, author: FIRST_PARTICIPANT }]
    : talk;
}

/** What boot would tell in this moment. */
function bootOf({ inbox, moment, language }: Look): Boot {
  const status = STATUS[moment];
  const events = status === null ? [] : eventsOf(moment, SAMPLE[language]);
  const last_seq = events.length;
  const row = {
    ...{ conversation: CONVERSATION_ID, version: 1, visitor: VISITOR_ID, last_seq },
    ...{ place: moment === "queue" ? 2 : 0, unread: 0, delivered: last_seq, read: last_seq },
    ...{ assignee: moment === "talk" ? AGENT_ID : "", participants: [AGENT_ID] },
    opened_ms: Date.now() - OPENED_AGO_MS,
  };
  return {
    ...{ token: "", visitor_id: VISITOR_ID, inbox, contact: null, agents: [], at_start: true },
    ...{ online: moment === "away" ? 0 : 1, waiting: 0 },
    conversation: status === null ? null : { ...row, status },
    events: events.map((event, place) => ({
      ...{ seq: place + 1, prev: place, dt_ms: (place + 1) * STEP_MS },
      ...event,
    })),
  };
}

const host: Host = {
  embedded: true,
  init: {
    ...{ say: "init", local: {}, session: {}, identity: null, attributes: {} },
    ...{ language: "", open: true, phone: false, views: [] },
  },
  local: new MirrorStorage({}, () => undefined),
  session: new MirrorStorage({}, () => undefined),
  events: new EventTarget(),
  say: () => undefined,
  listen: () => undefined,
};
const chat = new SampleChat(host, "", {
  changed: () => undefined,
  news: () => undefined,
  event: () => undefined,
});

// The composer takes the focus where it is drawn, and Tab would not leave a frame that is inert
// from outside alone: whoever writes a greeting by the keyboard would be shut in here.
document.documentElement.inert = true;

onLook((look) => {
  const { inbox, language, dark, moment, questions } = look;
  const boot = bootOf(look);
  chat.agent = SAMPLE[language].agent;
  chat.phase = "shown";
  chat.connection = { name: "live" };
  chat.inbox = inboxOf({ ...inbox, theme: dark ? "dark" : "light" });
  chat.presence = { online: boot.online, waiting: boot.waiting };
  chat.suggestions = { zh: [], en: [], [language]: questions };
  chat.conversations = new Conversations(VISITOR_ID, Date.now);
  chat.conversations.begin(boot);
  const page = document.documentElement;
  page.lang = language === "zh" ? "zh-CN" : "en";
  page.classList.toggle("phone", PHONE.matches);
  paint(page, chat.inbox, dark);
  const words = new Words(language, chat.inbox.texts[language] ?? {}, navigator.languages);
  const shown = { chat, host, words, open: true, phone: PHONE.matches, redraw: () => undefined };
  render(<App key={moment} {...shown} />, document.body);
});
