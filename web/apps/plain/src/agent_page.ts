import {
  ButtonOperations,
  Connection,
  Conversations,
  browserParts,
  storageOf,
  systemMint,
  type Answer,
  type Written,
} from "@airdesk/client";
import { isId, messages, type CommandMessage, type Happening, type Id } from "@airdesk/protocol";
import { ActionBar } from "./action_bar.ts";
import { knownAgent, rememberAgent } from "./agent_token.ts";
import { Composer } from "./composer.ts";
import { ConnectionLine } from "./connection_line.ts";
import { ConversationList, visitorName } from "./conversation_list.ts";
import { button, element, setAttributes, setText } from "./dom.ts";
import { MessageList } from "./message_list.ts";
import { Notices } from "./notices.ts";
import { renderSoon } from "./render_soon.ts";
import { threadItems } from "./thread_items.ts";
import { pageTitle } from "./title.ts";
import type { Saying, Words } from "./words.ts";

const SNOOZE_MS = 60_000;
const AVAILABILITIES = ["offline", "busy", "online"] as const;
const AVAILABILITY_WORDS: readonly Saying[] = [
  "availabilityOffline",
  "availabilityBusy",
  "availabilityOnline",
];
const CHOSEN = "airdesk.agent.chosen";

/** The agent's desk: his lists, and the conversation that he has open. */
export class AgentPage {
  readonly root: HTMLElement;
  readonly #words: Words;
  readonly #connection: Connection;
  readonly #conversations = new Conversations(() => Date.now());
  readonly #operations = new ButtonOperations(systemMint);
  readonly #storage = storageOf("sessionStorage");
  readonly #mine: ConversationList;
  readonly #queue: ConversationList;
  readonly #list: MessageList;
  readonly #composer: Composer;
  readonly #line: ConnectionLine;
  readonly #notices = new Notices();
  readonly #actions: ActionBar;
  readonly #availability: HTMLSelectElement;
  readonly #note: HTMLInputElement;
  readonly #name = element("h2", { class: "who" });
  readonly #status = element("span", { class: "status", "data-testid": "status" });
  readonly #typing = element("p", { class: "typing", "data-testid": "typing" });
  readonly #render = renderSoon(() => this.#draw());
  #chosen: Id;
  /** The open conversation left the lists and was asked for again. */
  #askedAgain = false;

  constructor(words: Words, token: string) {
    this.#words = words;
    this.#chosen = this.#storage?.getItem(CHOSEN) ?? "";
    const choose = (conversation: Id) => this.#choose(conversation);
    this.#mine = new ConversationList("mine", words, choose);
    this.#queue = new ConversationList("queue", words, choose);
    this.#list = new MessageList(
      words,
      () => this.#older(),
      () => this.#seen(),
    );
    this.#note = element("input", { type: "checkbox", "data-testid": "note" });
    this.#note.addEventListener("change", this.#render);
    this.#composer = new Composer(words, this.#storage, {
      send: (written) => this.#send(written),
      typing: (on) => this.#type(on),
      tooLong: () => this.#notices.say(words.say("tooLong")),
    });
    this.#actions = new ActionBar(words, {
      act: (action) => this.#act(action),
      transfer: (agent) => this.#transfer(agent),
    });
    this.#availability = this.#availabilitySwitch();
    this.#connection = this.#connect(token);
    this.#line = new ConnectionLine(words, () => this.#connection.start());
    this.root = this.#layout();
    document.addEventListener("visibilitychange", this.#render);
  }

  /** Connect. */
  run(): void {
    this.#connection.start();
    if (isId(this.#chosen)) this.#connection.follow(this.#chosen);
    this.#render();
  }

  #connect(token: string): Connection {
    const identity = knownAgent();
    return new Connection(
      { ...browserParts(), token, identity, renewToken: () => Promise.resolve(null) },
      {
        stateChanged: (state) => this.#line.show(state),
        happened: (happening) => this.#happened(happening),
        answered: (answer) => this.#answered(answer),
        pendingChanged: () => this.#render(),
      },
    );
  }

  // Its look ---------------------------------------------------------------------------------

  #layout(): HTMLElement {
    const words = this.#words;
    const label = element("label", { class: "availability" }, words.say("availability"));
    label.append(this.#availability);
    const top = element("header", {}, element("h1", {}, words.say("agentTitle")), label);
    top.append(this.#line.root);
    const lists = element("nav", { class: "lists" }, top, this.#mine.root, this.#queue.root);
    const back = button("back", words.say("back"), () => this.#choose(""));
    const who = element("div", { class: "who-line" }, back, this.#name, this.#status);
    const header = element("header", {}, who, this.#actions.root);
    const hint = element("label", { class: "note-switch", title: words.say("noteHint") });
    hint.append(this.#note, words.say("note"));
    const foot = element("footer", {}, this.#typing, hint, this.#composer.root);
    const chat = element("main", { class: "chat" }, header, this.#list.root, foot);
    return element("div", { class: "desk" }, lists, chat, this.#notices.root);
  }

  #availabilitySwitch(): HTMLSelectElement {
    const made = element("select", { "data-testid": "availability" });
    AVAILABILITIES.forEach((value, number) => {
      const word = AVAILABILITY_WORDS[number] as Saying;
      made.append(element("option", { value }, this.#words.say(word)));
    });
    made.addEventListener("change", () => {
      const availability = AVAILABILITIES.findIndex((value) => value === made.value);
      // Each change is an act of its own: away and back again must not be one operation.
      const op = systemMint.id();
      this.#submit(messages.SetAvailability.make({ op, availability }));
    });
    return made;
  }

  // What happens -----------------------------------------------------------------------------

  #happened(happening: Happening): void {
    this.#conversations.apply(happening);
    if (happening.happening === "welcomed") rememberAgent(happening.welcome.you);
    if (happening.happening === "event_arrived" && happening.conversation === this.#chosen) {
      this.#askedAgain = false;
    }
    if (happening.happening === "view_closed" && happening.conversation === this.#chosen) {
      this.#keepOpen();
    }
    this.#render();
  }

  /** The open conversation left the lists: follow it on, unless the server forbids it. */
  #keepOpen(): void {
    if (this.#askedAgain) return this.#choose("");
    this.#askedAgain = true;
    this.#connection.follow(this.#chosen);
  }

  #answered(answer: Answer): void {
    this.#operations.answered(answer.op);
    const { command, refusal } = answer;
    if (command === null) return;
    if ("where" in command && typeof command.where === "string") {
      this.#conversations.answered(command.where, answer);
    }
    if (refusal === null) return;
    const text = command.type === "send" || command.type === "note" ? command.text : null;
    this.#notices.say(
      this.#words.say(text === null ? "refused" : "refusedText", refusal.text, text ?? ""),
    );
  }

  // What the person does ---------------------------------------------------------------------

  #choose(conversation: Id): void {
    if (conversation === this.#chosen) return;
    if (this.#chosen) this.#connection.unfollow(this.#chosen);
    this.#chosen = conversation;
    this.#askedAgain = false;
    this.#note.checked = false;
    this.#storage?.setItem(CHOSEN, conversation);
    if (conversation) this.#connection.follow(conversation);
    this.#render();
  }

  #submit(command: CommandMessage): void {
    if (this.#connection.identity === null) return;
    this.#connection.submit(command);
  }

  #send({ op, text }: Written): void {
    const kind = this.#note.checked ? messages.Note : messages.Send;
    this.#submit(kind.make({ op, where: this.#chosen, text }));
  }

  #act(action: "take" | "resolve" | "reopen" | "snooze"): void {
    const where = this.#chosen;
    const op = this.#operations.op(`${action} ${where}`);
    switch (action) {
      case "take":
        return this.#submit(messages.Assign.make({ op, where }));
      case "resolve":
        return this.#submit(messages.Resolve.make({ op, where }));
      case "reopen":
        return this.#submit(messages.Reopen.make({ op, where }));
      case "snooze": {
        // A second click before the answer repeats the first command, whatever the time is.
        const until_ms = Date.now() + SNOOZE_MS;
        return this.#submit(messages.Snooze.make({ op, where, until_ms }));
      }
    }
  }

  #transfer(agent: string): void {
    if (!isId(agent)) return this.#notices.say(this.#words.say("noSuchAgent"));
    const where = this.#chosen;
    const op = this.#operations.op(`transfer ${where} ${agent}`);
    this.#submit(messages.Transfer.make({ op, where, agent }));
  }

  #type(on: boolean): void {
    if (this.#chosen && !this.#note.checked) this.#connection.typing(this.#chosen, on);
  }

  #older(): void {
    const thread = this.#conversations.threads.get(this.#chosen);
    if (thread === undefined || thread.atStart || thread.firstSeq === 0) return;
    this.#connection.history(this.#chosen, thread.firstSeq);
  }

  #seen(): void {
    if (document.hidden || !this.#list.atEnd || !this.#chosen) return;
    this.#connection.read(this.#chosen, this.#conversations.thread(this.#chosen).lastSeq);
  }

  // What is shown ----------------------------------------------------------------------------

  #draw(): void {
    const { mine, queue, waiting } = this.#conversations;
    this.#conversations.setPending(this.#connection.pending);
    const words = this.#words;
    const all = this.#conversations;
    this.#mine.show(words.say("mine"), words.say("noneMine"), mine, all, this.#chosen);
    const title = words.say("queue", waiting);
    this.#queue.show(title, words.say("noneWaiting"), queue, all, this.#chosen);
    this.#drawAvailability();
    this.#drawChat();
    const unread = mine.reduce((sum, id) => sum + (all.rows.get(id)?.unread ?? 0), 0);
    document.title = pageTitle("agent", unread);
  }

  #drawAvailability(): void {
    const waits = this.#connection.pending.findLast(
      ({ command }) => command.type === "set_availability",
    )?.command;
    const number = waits?.type === "set_availability" ? waits.availability : null;
    const value = AVAILABILITIES[number ?? this.#conversations.availability] ?? "offline";
    if (this.#availability.value !== value) this.#availability.value = value;
    setAttributes(this.#availability, { "data-value": value });
    this.#availability.disabled = this.#connection.identity === null;
  }

  #drawChat(): void {
    const conversation = this.#chosen;
    const words = this.#words;
    const row = this.#conversations.rows.get(conversation);
    const status = this.#conversations.status(conversation);
    setAttributes(this.root, { "data-open": conversation !== "" });
    setText(this.#name, row ? visitorName(words, row.visitor) : "");
    setText(this.#status, status ? words.say(STATUS_WORDS[status]) : "");
    setAttributes(this.#status, { "data-status": status });
    this.#actions.show(status, row?.assignee === this.#connection.identity);
    this.#composer.write(conversation);
    this.#composer.enable(conversation !== "" && this.#connection.identity !== null);
    this.#composer.box.placeholder = words.say(
      this.#note.checked ? "notePlaceholder" : "placeholder",
    );
    setAttributes(this.#composer.root, { "data-note": this.#note.checked });
    const typist = this.#conversations.typing.get(conversation);
    setText(
      this.#typing,
      typist === undefined ? "" : `${this.#name.textContent} ${words.say("typing")}`,
    );
    this.#drawMessages(conversation);
    this.#seen();
  }

  #drawMessages(conversation: Id): void {
    const thread = this.#conversations.threads.get(conversation);
    const marks = this.#conversations.marks(conversation);
    const context = { words: this.#words, marks, side: "agent" as const, prefix: conversation };
    const items = thread === undefined ? [] : threadItems(thread, context);
    const empty = conversation ? "" : this.#words.say("nothingChosen");
    this.#list.show(conversation, items, empty);
  }
}

const STATUS_WORDS = {
  bot: "statusBot",
  queued: "statusQueued",
  assigned: "statusAssigned",
  snoozed: "statusSnoozed",
  resolved: "statusResolved",
} as const;
