import { expect, test } from "vitest";
import { Conversations } from "@airdesk/client";
import { messages, type Happening, type Id } from "@airdesk/protocol";

const CONVERSATION = "0192f0c1-a2b3-7c4d-8e5f-000000000c01";
const BO = "0192f0c1-a2b3-7c4d-8e5f-000000000a02";

function told(
  message: messages.SomebodyTyping | messages.SomebodyViewing,
  conversation: Id = CONVERSATION,
): Happening {
  return { happening: "other_side", conversation, message };
}

function typed(text: string, on = true): Happening {
  return told(messages.SomebodyTyping.make({ ref: 1, author: 0, on, text }));
}

function knowing(...happenings: readonly Happening[]): Conversations {
  const conversations = new Conversations(() => 0);
  for (const happening of happenings) conversations.apply(happening);
  return conversations;
}

const looking = told(messages.SomebodyViewing.make({ ref: 1, agents: [BO] }));
const welcome = messages.Welcome.make({
  you: BO,
  role: 1,
  server_ms: 0,
  beat_ms: 25_000,
  cursor: "",
});

test("what a visitor has typed so far is shown until he stops or speaks", () => {
  expect(knowing(typed("my ord")).typed.get(CONVERSATION)).toBe("my ord");
  expect(knowing(typed("my ord"), typed("my order")).typed.get(CONVERSATION)).toBe("my order");
  expect(knowing(typed("my ord"), typed("", false)).typed.size).toBe(0);
  const said = messages.Event.make({ ref: 1, seq: 1, prev: 0, dt_ms: 0, kind: 3, author: 0 });
  const event = { happening: "event_arrived", conversation: CONVERSATION, event: said } as const;
  expect(knowing(typed("my ord"), event).typed.size).toBe(0);
});

test("an agent's typing shows no words", () => {
  const agent = told(messages.SomebodyTyping.make({ ref: 1, author: 3, text: "secret" }));
  const conversations = knowing(agent);
  expect(conversations.typing.get(CONVERSATION)).toBe(3);
  expect(conversations.typed.size).toBe(0);
});

test("who else looks is replaced, and forgotten with the view or the connection", () => {
  expect(knowing(looking).viewers.get(CONVERSATION)).toEqual([BO]);
  const nobody = told(messages.SomebodyViewing.make({ ref: 1 }));
  expect(knowing(looking, nobody).viewers.get(CONVERSATION)).toEqual([]);
  const closed = { happening: "view_closed", conversation: CONVERSATION } as const;
  expect(knowing(looking, typed("x"), closed).viewers.size).toBe(0);
  expect(knowing(looking, { happening: "welcomed", welcome }).viewers.size).toBe(0);
});
