import {
  ButtonOperations,
  Connection,
  Conversations,
  browserParts,
  systemMint,
  type Answer,
  type ConnectionState,
} from "@airdesk/client";
import {
  EVENT_KIND,
  VISITOR_AUTHOR,
  isId,
  limits,
  messages,
  utf8,
  type CommandMessage,
} from "@airdesk/protocol";
import type { Happening, Id } from "@airdesk/protocol";
import type { Api } from "../api/api.ts";
import type { Canned, Session, Team } from "../api/entities.ts";
import { Problem } from "../api/problem.ts";
import { Alerts } from "./alerts.ts";
import { Attachments } from "./attachments.ts";
import { Chime } from "./chime.ts";
import { Drafts } from "./drafts.ts";
import { LastWords } from "./last_words.ts";
import type { Line } from "./lines.ts";
import { Notices } from "./notices.ts";
import { People } from "./people.ts";
import { pageClock, Telling } from "./telling.ts";
import { ThreadLines } from "./thread_lines.ts";
import { Unsent, unsentOf } from "./unsent.ts";

/** An event that is older than this was read from the past: it does not ring. */
const NEW_MS = 10_000;
/** An older page is asked for again after this. */
const HISTORY_MS = 3_000;
/** Who types is forgotten after this, unless it is said again. */
const TYPING_MS = 10_000;
/** Canned replies that were read this long ago are read again when they are asked for. */
const CANNED_MS = 5_000;
const CHOSEN = "airdesk.desk.chosen";
const NO_LINES: readonly Line[] = [];

/** What a desk stands on. */
export interface DeskParts {
  readonly api: Api;
  readonly session: Session;
  /** The first token of the socket; "" if there was no answer, and another is asked for. */
  readonly token: string;
  readonly storage: Storage | null;
  readonly tabStorage: Storage | null;
}

/** Everything that an agent's page holds. It tells its watchers of each change, once for many. */
export class Desk {
  readonly api: Api;
  readonly session: Session;
  readonly conversations = new Conversations(() => Date.now());
  readonly people: People;
  readonly lastWords: LastWords;
  readonly drafts: Drafts;
  readonly attachments: Attachments;
  readonly chime: Chime;
  readonly alerts: Alerts;
  readonly notices: Notices;
  readonly unsent: Unsent;
  canned: readonly Canned[] = [];
  teams: readonly Team[] = [];
  state: ConnectionState = { name: "connecting" };
  /** The open conversation, "" for none. */
  chosen: Id = "";
  /** A notification was clicked: the page shows this conversation. */
  opened: (conversation: Id) => void = (conversation) => this.choose(conversation);
  /** What a notification says of a new message; null for none. */
  mentionOf: (conversation: Id, by: Id) => { title: string; body: string } | null = () => null;
  alertOf: (conversation: Id, text: string) => { title: string; body: string } | null = () => null;
  /** What is written in the box is a note. */
  writesNote = false;
  /** How often anything changed, and how often the lists did. */
  changes = 0;
  listChanges = 0;
  /** The conversation that was asked for and may not be seen; "" for none. */
  refused: Id = "";
  readonly #connection: Connection;
  readonly #operations = new ButtonOperations(systemMint);
  readonly #tabStorage: Storage | null;
  readonly #lines = new ThreadLines();
  readonly #listeners = new Set<() => void>();
  readonly #telling = new Telling(() => this.#tell(), pageClock);
  /** The open conversation left the lists and was asked for again. */
  #askedAgain = false;
  #history = { firstSeq: 0, askedMs: 0 };
  #waiting = 0;
  #cannedMs = 0;
  readonly #typingEnds = new Map<Id, ReturnType<typeof setTimeout>>();
  readonly #draftRevisions = new Map<string, number>();

  constructor(parts: DeskParts) {
    const { api, session, storage, tabStorage } = parts;
    this.api = api;
    this.session = session;
    this.#tabStorage = tabStorage;
    const changed = () => this.changed();
    const learned = () => this.#telling.soon();
    this.people = new People(api, learned, () => Date.now());
    this.lastWords = new LastWords(api, learned);
    this.drafts = new Drafts(systemMint, storage, this.you);
    this.attachments = new Attachments(api, changed);
    this.chime = new Chime(storage);
    this.alerts = new Alerts({
      chime: this.chime,
      storage,
      unread: () => this.unread,
      open: (conversation) => this.opened(conversation),
      changed,
    });
    this.notices = new Notices(changed);
    this.unsent = new Unsent(storage, this.you, changed);
    this.#connection = this.#connect(parts.token);
  }

  /** The agent's own id. */
  get you(): Id {
    return this.session.user.user_id;
  }

  /** True if the session may do this. */
  may(permission: string): boolean {
    return this.session.permissions.includes(permission);
  }

  /** Connect, read what the desk needs besides, and open what was open. */
  run(): void {
    this.#connection.start();
    this.chime.listen(document, () => this.changed());
    this.people.agentName(this.you);
    this.readCanned();
    this.api.all<Team>("/api/v1/teams").then((all) => this.#learned({ teams: all }), passOver);
    const open = this.#tabStorage?.getItem(CHOSEN) ?? "";
    if (isId(open)) this.choose(open);
  }

  /** Read the canned replies, so that one written a moment ago is there; not with every letter. */
  readCanned(): void {
    const nowMs = Date.now();
    if (nowMs - this.#cannedMs < CANNED_MS) return;
    this.#cannedMs = nowMs;
    this.api.all<Canned>("/api/v1/canned").then((all) => this.#learned({ canned: all }), passOver);
  }

  /** Try to connect again after the end. */
  connectAgain(): void {
    this.#connection.start();
  }

  /** Be told of changes. The result ends it. The same function always, so that it is one effect. */
  readonly watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Something changed: tell the watchers, once for all changes of this moment. */
  changed(): void {
    this.#telling.now();
  }

  #tell(): void {
    this.changes += 1;
    this.conversations.setPending(this.#connection.pending);
    for (const listener of this.#listeners) listener();
  }

  // What is shown ----------------------------------------------------------------------------

  /** The lines of a conversation; the same array while nothing changed. */
  lines(conversation: Id): readonly Line[] {
    const thread = this.conversations.threads.get(conversation);
    const row = this.conversations.rows.get(conversation);
    if (thread === undefined) return NO_LINES;
    return this.#lines.of(thread, {
      conversation,
      you: this.you,
      visitor: row?.visitor ?? "",
      participants: row?.participants ?? [],
    });
  }

  /** True if the agent holds the conversation. */
  holds(conversation: Id): boolean {
    return this.conversations.rows.get(conversation)?.assignee === this.you;
  }

  /** How many messages were not read, over all conversations that the agent holds. */
  get unread(): number {
    const { mine, rows } = this.conversations;
    return mine.reduce((sum, id) => sum + (rows.get(id)?.unread ?? 0), 0);
  }

  /** The agent's availability: what he wished last, also while the wish is on its way. */
  get availability(): number {
    const wish = this.#connection.pending.findLast(
      ({ command }) => command.type === "set_availability",
    )?.command;
    return wish?.type === "set_availability" ? wish.availability : this.conversations.availability;
  }

  /** How many commands wait for an answer. */
  get pending(): number {
    return this.#connection.pending.length;
  }

  /** True if the server cannot store what waits. */
  get overdue(): boolean {
    return this.#connection.overdue;
  }

  // What the person does ---------------------------------------------------------------------

  /** Open a conversation, or none. */
  choose(conversation: Id): void {
    if (conversation === this.chosen) return;
    if (this.chosen) this.#connection.unfollow(this.chosen);
    this.chosen = conversation;
    this.#askedAgain = false;
    this.refused = "";
    this.writesNote = false;
    this.#tabStorage?.setItem(CHOSEN, conversation);
    if (conversation) this.#connection.follow(conversation);
    this.#connection.view(conversation || null);
    const visitor = this.conversations.rows.get(conversation)?.visitor;
    if (visitor) this.people.refresh(visitor);
    this.changed();
  }

  /** Write notes from now on, or messages. */
  writeNote(on: boolean): void {
    this.writesNote = on;
    this.changed();
  }

  /** Send what is in the box: its files, then its words. */
  send(): "sent" | "nothing" | "too long" {
    return this.sendDraft(this.chosen, this.writesNote, [], this.chosen);
  }

  /**
   * Send what is written in a conversation.
   *
   * @param mentions - the agents whom a note names.
   * @param key - where the draft is kept.
   */
  sendDraft(
    where: Id,
    note: boolean,
    mentions: readonly Id[],
    key: string,
  ): "sent" | "nothing" | "too long" {
    if (where === "") return "nothing";
    if (utf8(this.drafts.text(key)).length > limits.TEXT_BYTES_MAX) return "too long";
    const files = note ? [] : this.attachments.takeReady(where);
    for (const { name, ticket } of files) {
      const op = systemMint.id();
      this.#submit(messages.Send.make({ op, where, text: name, file: ticket }));
    }
    const written = this.drafts.take(key);
    if (written === null) return files.length > 0 ? "sent" : "nothing";
    this.#submit(
      note
        ? messages.Note.make({ op: written.op, text: written.text, where, mentions })
        : messages.Send.make({ ...written, where }),
    );
    return "sent";
  }

  /** A draft was changed from outside of its box. */
  drafted(key: string): void {
    this.#draftRevisions.set(key, this.draftRevision(key) + 1);
    this.changed();
  }

  /** How often a draft was changed from outside of its box. */
  draftRevision(key: string): number {
    return this.#draftRevisions.get(key) ?? 0;
  }

  /**
   * Send a refused message once more. It is a new operation: the outbox passes over one that was
   * answered, and the message would be gone.
   */
  sendAgain(refused: Id): void {
    const message = this.unsent.take(refused);
    if (message === undefined) return;
    const { conversation: where, text, file, note, mentions } = message;
    const op = systemMint.id();
    this.#submit(
      note
        ? messages.Note.make({ op, where, text, mentions })
        : messages.Send.make({ op, where, text, file }),
    );
  }

  /** Take a conversation, the open one as a rule. */
  take(where = this.chosen): void {
    this.#press("take", (op) => messages.Assign.make({ op, where }), where);
  }

  /** The matter is done. */
  resolve(where = this.chosen): void {
    this.#press("resolve", (op) => messages.Resolve.make({ op, where }), where);
  }

  /** Take it up again. */
  reopen(where = this.chosen): void {
    this.#press("reopen", (op) => messages.Reopen.make({ op, where }), where);
  }

  /** Put it aside. */
  snooze(until_ms: number): void {
    this.#press("snooze", (op, where) => messages.Snooze.make({ op, where, until_ms }));
  }

  /** Hand it to an agent or a team. */
  transfer(
    to: { readonly agent?: Id; readonly team?: Id },
    note: string,
    where = this.chosen,
  ): void {
    const { agent = "", team = "" } = to;
    this.#press(
      `transfer ${agent}${team}`,
      (op) => messages.Transfer.make({ op, where, agent, team, note: note.trim() }),
      where,
    );
  }

  /** Let a conversation have exactly these labels. */
  setLabels(labels: readonly Id[], where = this.chosen): void {
    // Each choice is an act of its own: on, off and on again must not be one operation.
    this.#press(
      `labels ${labels.join()} ${systemMint.id()}`,
      (op) => messages.SetLabels.make({ op, where, labels }),
      where,
    );
  }

  /** Say how urgent the open conversation is: 0 normal, 1 high, 2 urgent. */
  setPriority(priority: number): void {
    this.#press(`priority ${priority} ${systemMint.id()}`, (op, where) =>
      messages.SetPriority.make({ op, where, priority }),
    );
  }

  /** Hand the open conversation back to the bot. */
  returnToBot(): void {
    this.#press("bot", (op, where) => messages.ReturnToBot.make({ op, where }));
  }

  /** Be offline (0), busy (1) or online (2). */
  setAvailability(availability: number): void {
    // Each change is an act of its own: away and back again must not be one operation.
    this.#submit(messages.SetAvailability.make({ op: systemMint.id(), availability }));
  }

  /** The person types, or does so no longer. */
  typing(on: boolean): void {
    if (this.chosen && !this.writesNote) this.#connection.typing(this.chosen, on);
  }

  /** The person is at the beginning of what is shown: ask for what is older. */
  older(): void {
    const thread = this.conversations.threads.get(this.chosen);
    if (thread === undefined || thread.atStart || thread.firstSeq === 0) return;
    const { firstSeq, askedMs } = this.#history;
    const nowMs = Date.now();
    if (firstSeq === thread.firstSeq && nowMs - askedMs < HISTORY_MS) return;
    this.#history = { firstSeq: thread.firstSeq, askedMs: nowMs };
    this.#connection.history(this.chosen, thread.firstSeq);
  }

  /** The person sees the end of the open conversation. */
  seen(): void {
    if (document.hidden || !this.chosen) return;
    this.#connection.read(this.chosen, this.conversations.thread(this.chosen).lastSeq);
  }

  #press(
    button: string,
    make: (op: Id, where: Id) => CommandMessage,
    where: Id = this.chosen,
  ): void {
    if (where === "") return;
    this.#submit(make(this.#operations.op(`${button} ${where}`), where));
  }

  #submit(command: CommandMessage): void {
    this.#connection.submit(command);
    this.changed();
  }

  // What happens -----------------------------------------------------------------------------

  #connect(token: string): Connection {
    const renewToken = () => socketToken(this.api);
    return new Connection(
      { ...browserParts(), token, identity: this.you, renewToken },
      {
        stateChanged: (state) => {
          this.state = state;
          this.changed();
        },
        happened: (happening) => this.#happened(happening),
        answered: (answer) => this.#answered(answer),
        pendingChanged: () => this.changed(),
      },
    );
  }

  #happened(happening: Happening): void {
    this.conversations.apply(happening);
    switch (happening.happening) {
      case "event_arrived":
        this.#arrived(happening.conversation, happening.event);
        break;
      case "other_side":
        if (happening.message.type === "somebody_typing") {
          this.#typingEndsLater(happening.conversation, happening.message.on);
        }
        break;
      case "mention_arrived":
        this.#mentioned(happening.conversation, happening.by);
        break;
      case "list_changed":
        this.listChanges += 1;
        if (happening.listing.waiting > this.#waiting && this.availability > 0) {
          this.chime.ring(Date.now());
        }
        this.#waiting = happening.listing.waiting;
        this.lastWords.waiting(this.#queueKey());
        break;
      case "view_closed":
        if (happening.conversation === this.chosen) this.#keepOpen();
        break;
      default:
    }
    this.#telling.soon();
  }

  /** Who types is forgotten after a while: the end may get lost. */
  #typingEndsLater(conversation: Id, on: boolean): void {
    clearTimeout(this.#typingEnds.get(conversation));
    this.#typingEnds.delete(conversation);
    if (!on) return;
    const timer = setTimeout(() => {
      this.#typingEnds.delete(conversation);
      this.conversations.typing.delete(conversation);
      this.conversations.typed.delete(conversation);
      this.changed();
    }, TYPING_MS);
    this.#typingEnds.set(conversation, timer);
  }

  /** A colleague named this agent in a note. */
  #mentioned(conversation: Id, by: Id): void {
    this.listChanges += 1;
    this.alerts.ring(Date.now());
    const said = this.mentionOf(conversation, by);
    if (said !== null) this.alerts.notify({ conversation, ...said });
  }

  #queueKey(): string {
    const { queue, rows } = this.conversations;
    return queue.map((id) => `${id}${rows.get(id)?.version ?? 0}`).join(" ");
  }

  #arrived(conversation: Id, event: messages.Event): void {
    if (conversation === this.chosen) this.#askedAgain = false;
    const { frame } = this.conversations.thread(conversation);
    const atMs = frame.openedMs + event.dt_ms - frame.serverAheadMs;
    const isNew = Date.now() - atMs < NEW_MS;
    const isOthers = event.kind === EVENT_KIND.message && event.author === VISITOR_AUTHOR;
    const isSeen = conversation === this.chosen && document.hasFocus();
    if (!isNew || !isOthers || isSeen) return;
    this.alerts.ring(Date.now());
    const said = this.alertOf(conversation, event.text);
    if (said !== null) this.alerts.notify({ conversation, ...said });
  }

  /** The open conversation left the lists: follow it on, unless the server forbids it. */
  #keepOpen(): void {
    if (this.#askedAgain) {
      const { chosen } = this;
      this.choose("");
      this.refused = chosen;
      return;
    }
    this.#askedAgain = true;
    this.#connection.follow(this.chosen);
  }

  #answered(answer: Answer): void {
    this.#operations.answered(answer.op);
    // What was done may have moved the conversation to another list.
    this.listChanges += 1;
    const { command, refusal } = answer;
    if (command === null) return;
    if ("where" in command && typeof command.where === "string") {
      this.conversations.answered(command.where, answer);
    }
    if (refusal === null) return;
    const message = unsentOf(command, refusal, Date.now());
    if (message !== null) this.unsent.add(message);
    const { number, text: detail } = refusal;
    this.notices.add({ name: "refused", number, detail, text: message?.text ?? "" });
  }

  #learned(what: Partial<Pick<Desk, "canned" | "teams">>): void {
    Object.assign(this, what);
    this.changed();
  }
}

/**
 * Ask for a token of the socket; null if the session is over.
 *
 * @throws Problem - there was no answer; ask again later.
 */
export async function socketToken(api: Api): Promise<string | null> {
  try {
    const { token } = await api.post<{ token: string }>("/api/auth/socket-token");
    return token;
  } catch (thrown) {
    if (thrown instanceof Problem && (thrown.status === 401 || thrown.status === 403)) return null;
    throw thrown;
  }
}

/** Without canned replies and teams the desk works all the same. */
function passOver(thrown: unknown): void {
  if (!(thrown instanceof Problem)) throw thrown;
}
