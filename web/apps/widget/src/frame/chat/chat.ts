import {
  BackOff,
  ButtonOperations,
  Connection,
  Thread,
  deviceId,
  systemClock,
  systemMint,
  systemRandom,
  socketUrl,
  webSocketTransport,
  browserSignals,
  type Answer,
  type ConnectionState,
  type Written,
} from "@airdesk/client";
import {
  BINARY,
  EVENT_KIND,
  ErrorNumber,
  VISITOR_AUTHOR,
  messages,
  type Happening,
  type Id,
} from "@airdesk/protocol";
import type { Attributes, HostIdentity, PageView } from "../../shared/bridge.ts";
import { inboxOf, type Inbox } from "../inbox.ts";
import type { Host } from "../page/host.ts";
import type { Saying } from "../text/words.ts";
import { hostPlaces, locksWork } from "../page/places.ts";
import {
  Refused,
  WidgetApi,
  type Boot,
  type Contact,
  type Presence,
  type Suggestions,
} from "./api.ts";
import { Conversations } from "./conversations.ts";
import { KnownVisitor } from "./identity.ts";
import { FILE_BYTES_MAX, Uploads, pictureSize, xhrUpload, type FileFacts } from "./uploads.ts";

/** Whether somebody is there is asked this often while the chat is seen. */
const PRESENCE_MS = 60_000;
/** A message is news, and heard, if it is not older. */
const NEWS_MS_MAX = 60_000;

/** A busy server is asked again so often, and after so long, before anything is shown. */
const BUSY_TRIES_MAX = 4;
const BUSY_MS = 400;

/** How far the chat has come: nothing to show yet; shown; the server refuses this visitor. */
export type Phase = "booting" | "shown" | "refused";

/** A word about what just happened, and what stands in it. */
export interface Notice {
  readonly saying: Saying;
  readonly value: string | number;
}

/** What the chat tells the page around it. */
export interface ChatListener {
  changed(): void;
  /** A message of somebody else came just now. */
  news(author: "agent" | "bot", text: string): void;
  /** What scripts of the host hear by `on`. */
  event(name: string, detail: unknown): void;
}

/** The visitor's chat, without its looks. */
export class Chat {
  readonly lobby = new Thread();
  readonly uploads: Uploads;
  readonly operations = new ButtonOperations(systemMint);
  phase: Phase = "booting";
  refusal = 0;
  inbox: Inbox = inboxOf({});
  conversations = new Conversations("", Date.now);
  connection: ConnectionState = { name: "connecting" };
  presence: Presence = { online: 1, waiting: 0 };
  contact: Contact = { name: "", email: "", phone: "" };
  notice: Notice | null = null;
  /** Words of refused messages, for the box to take back. */
  returned = "";
  suggestions: Suggestions = { zh: [], en: [] };
  readonly #host: Host;
  readonly #inboxId: string;
  readonly #api = new WidgetApi();
  readonly #known: KnownVisitor;
  readonly #listener: ChatListener;
  readonly #names = new Map<Id, string>();
  readonly #asked = new Set<Id>();
  readonly #files = new Map<Id, FileFacts>();
  /** Addresses of pictures in this page's memory, by file. */
  readonly #pictures = new Map<Id, Promise<string>>();
  #identity: HostIdentity | null;
  #connection: Connection | null = null;
  #run = 0;
  #status: string | null = null;
  #presenceMs = 0;
  #views: readonly PageView[] = [];

  constructor(host: Host, inboxId: string, listener: ChatListener) {
    this.#host = host;
    this.#inboxId = inboxId;
    this.#listener = listener;
    this.#known = new KnownVisitor(host.local);
    this.#identity = host.init.identity;
    this.#views = host.init.views;
    this.uploads = new Uploads(
      xhrUpload(() => this.#api.token),
      {
        changed: () => this.#listener.changed(),
        done: (upload, ticket, id) => {
          const { file, width, height, op, preview } = upload;
          const facts = { id, bytes: file.size, media_type: file.type, width, height };
          this.#files.set(op, facts);
          if (preview) this.#pictures.set(id, Promise.resolve(preview));
          this.#submit(messages.Send.make({ op, where: 0, text: file.name, file: ticket }));
        },
      },
    );
  }

  // Beginning --------------------------------------------------------------------------------

  /** Boot, then connect; again after `identify`. */
  async begin(): Promise<void> {
    this.#run += 1;
    const run = this.#run;
    const locks = locksWork();
    const boot = await this.#boot(() => run !== this.#run);
    if (run !== this.#run) return;
    if (boot !== null) this.#booted(boot);
    const { id } = this.#known;
    if (this.phase === "refused" || id === null) return this.#listener.changed();
    this.#connect(id, boot, await locks, run);
  }

  /** Ask until there is an answer; null if the device knows enough to go on by the socket alone. */
  async #boot(over: () => boolean): Promise<Boot | null> {
    const backOff = new BackOff(() => systemRandom.unit());
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#api.boot({
          inbox: this.#inboxId,
          token: this.#known.token,
          identity: this.#identity,
          language: this.#host.init.language || navigator.language,
        });
      } catch (error) {
        if (over()) return null;
        if (error instanceof Refused && error.isFinal && this.#identity !== null) {
          // The site's proof is wrong. Its visitor can have a chat as anybody, if the inbox allows.
          console.warn("AirDesk: identify was refused", error.number);
          this.#identity = null;
          continue;
        }
        if (error instanceof Refused && error.isFinal) {
          // Also a closed door looks like the inbox's.
          const told = await this.#api.config(this.#inboxId).catch(() => ({}));
          if (over()) return null;
          this.inbox = inboxOf(told);
          this.phase = "refused";
          this.refusal = error.number || error.status;
          return null;
        }
        if (error instanceof Refused && tries < BUSY_TRIES_MAX) {
          await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
          continue;
        }
        this.phase = "shown";
        if (this.#identity === null && this.#known.id !== null) return null;
        const pause = backOff.nextMs();
        this.#connectionChanged({ name: "offline", retryAtMs: Date.now() + pause });
        await new Promise((resolve) => setTimeout(resolve, pause));
        if (over()) return null;
      }
    }
  }

  #booted(boot: Boot): void {
    const before = this.#known.id;
    if (before !== null && before !== boot.visitor_id) {
      this.#known.adoptOutbox(before, boot.visitor_id);
    }
    this.#known.remember(boot.token, boot.visitor_id);
    this.inbox = inboxOf(boot.inbox);
    this.presence = { online: boot.online, waiting: boot.waiting };
    this.contact = { name: "", email: "", phone: "", ...boot.contact };
    for (const { id, name } of boot.agents) this.#names.set(id, name);
    this.conversations = new Conversations(boot.visitor_id, Date.now);
    if (boot.suggestions) this.suggestions = boot.suggestions;
    this.phase = "shown";
  }

  #connect(identity: Id, boot: Boot | null, locks: boolean, run: number): void {
    this.#api.token = this.#known.token;
    const connection = new Connection(
      {
        encoding: BINARY,
        token: this.#known.token,
        identity,
        device: deviceId(this.#host.local, systemMint),
        instance: systemMint.id(),
        open: webSocketTransport(socketUrl(location.href)),
        clock: systemClock,
        random: systemRandom,
        places: hostPlaces(this.#host, locks),
        signals: browserSignals(),
        renewToken: () => this.#renew(),
      },
      {
        stateChanged: (state) => this.#connectionChanged(state),
        happened: (happening) => {
          if (run === this.#run) this.#happened(happening);
        },
        answered: (answer) => this.#answered(answer),
        pendingChanged: () => this.#listener.changed(),
      },
    );
    this.#connection = connection;
    const held = boot === null ? null : this.conversations.begin(boot);
    if (held !== null) {
      connection.hold(held.id, held.seq);
      this.#known.hasChat();
    }
    this.#listener.changed();
    connection.start();
    this.tellViews([]);
    const phone = this.#identity?.phone;
    if (phone) this.#api.contact({ phone }).catch(() => undefined);
    const { attributes } = this.#host.init;
    if (Object.keys(attributes).length) this.attributes(attributes);
  }

  /** The server refused the token: another one, for the same visitor if it can be. */
  async #renew(): Promise<string | null> {
    try {
      const boot = await this.#api.boot({
        ...{ inbox: this.#inboxId, token: this.#known.token, identity: this.#identity },
        ...{ language: this.#host.init.language || navigator.language },
      });
      this.#known.remember(boot.token, boot.visitor_id);
      this.#api.token = boot.token;
      return boot.token;
    } catch (error) {
      if (error instanceof Refused && error.isFinal) return null;
      throw error;
    }
  }

  // What happens -----------------------------------------------------------------------------

  #connectionChanged(state: ConnectionState): void {
    const before = this.connection.name;
    this.connection = state;
    if (state.name === "live" && before !== "live") {
      this.uploads.retry();
      if (this.#presenceMs !== 0) void this.askPresence();
    }
    this.#listener.changed();
  }

  #happened(happening: Happening): void {
    this.conversations.apply(happening);
    if (happening.happening === "welcomed") {
      this.#known.remember(this.#known.token, happening.welcome.you);
    }
    if (happening.happening === "row_changed") this.#rowChanged(happening.row);
    if (happening.happening === "event_arrived") this.#eventArrived(happening.event);
    this.#listener.changed();
  }

  #rowChanged(row: messages.Row): void {
    this.#known.hasChat();
    const unknown = row.participants.filter((id) => !this.#names.has(id) && !this.#asked.has(id));
    if (unknown.length) void this.#askNames(unknown);
    const { status } = this.conversations;
    if (status !== this.#status) this.#listener.event("status", status);
    this.#status = status;
  }

  #eventArrived(event: messages.Event): void {
    if (event.kind !== EVENT_KIND.message || event.author === VISITOR_AUTHOR) return;
    const row = [...this.conversations.rows.values()].find(({ ref }) => ref === event.ref);
    const ageMs = Date.now() - ((row?.opened_ms ?? 0) + event.dt_ms);
    if (ageMs < NEWS_MS_MAX) this.#listener.news(event.author > 2 ? "agent" : "bot", event.text);
  }

  #answered(answer: Answer): void {
    this.operations.answered(answer.op);
    this.conversations.answered(answer);
    if (this.conversations.newest === null) this.lobby.answered(answer);
    const { command, refusal } = answer;
    if (command?.type === "send") {
      if (refusal !== null) this.#refused(command, refusal.number);
      else this.#listener.event("sent", { text: command.text });
    }
    if (command?.type === "rate" && refusal === null) this.#listener.event("rated", command.score);
  }

  /** Nothing that was written is lost: the words go back to the box. A file has to be chosen anew. */
  #refused({ text, file }: messages.Send, number: number): void {
    if (file === "") this.returned += this.returned === "" ? text : `\n${text}`;
    this.say(number === ErrorNumber.Blocked ? "blocked" : "notTaken", number);
  }

  async #askNames(unknown: readonly Id[]): Promise<void> {
    for (const id of unknown) this.#asked.add(id);
    try {
      for (const { id, name } of await this.#api.agents()) this.#names.set(id, name);
      this.#listener.changed();
    } catch {
      // They stay "Support"; the next row of somebody unknown asks again.
      for (const id of unknown) this.#asked.delete(id);
    }
  }

  // What the person does ---------------------------------------------------------------------

  /** False until it is known who the visitor is. */
  get canSend(): boolean {
    return this.#connection?.identity != null;
  }

  /** Send a text, once for each operation. */
  send(written: Written): void {
    this.#submit(messages.Send.make({ where: 0, ...written }));
  }

  /** Send a choice of the bot's; a second click on it is the same message. */
  choose(place: string, text: string): void {
    this.send({ op: this.operations.op(`choose ${place} ${text}`), text, file: "" });
  }

  /** Send files; too large ones come back. */
  async attach(files: readonly File[]): Promise<readonly File[]> {
    for (const file of files.filter(({ size }) => size > 0 && size <= FILE_BYTES_MAX)) {
      const size = await pictureSize(file);
      const preview = size.width ? URL.createObjectURL(file) : "";
      this.uploads.add({ op: systemMint.id(), file, preview, ...size });
    }
    return files.filter(({ size }) => size > FILE_BYTES_MAX);
  }

  /** Judge the conversation, 1 to 5. */
  rate(score: number): void {
    const { newest } = this.conversations;
    if (newest === null) return;
    const op = this.operations.op(`rate ${newest} ${score}`);
    this.#submit(messages.Rate.make({ op, where: newest, score }));
  }

  /** Ask for a person instead of the bot. */
  handOff(): void {
    const { newest } = this.conversations;
    if (newest === null) return;
    const op = this.operations.op(`hand off ${newest}`);
    this.#submit(messages.HandOff.make({ op, where: newest }));
  }

  /** The person types, and this stands in the field; or stopped. */
  typing(on: boolean, text: string): void {
    const { newest } = this.conversations;
    if (newest !== null) this.#connection?.typing(newest, on, text);
  }

  /** Ask for older messages; false if there are none. */
  older(): boolean {
    const [first] = this.conversations.ordered;
    if (first === undefined) return false;
    const thread = this.conversations.thread(first);
    if (thread.atStart || !thread.firstSeq) return false;
    this.#connection?.history(first, thread.firstSeq);
    return true;
  }

  /** The person sees the end of the chat. */
  seen(): void {
    const moved = this.conversations.seen();
    for (const { id, seq } of moved) this.#connection?.read(id, seq);
    if (moved.length) this.#listener.changed();
  }

  /** Try again at once. */
  again(): void {
    this.#connection?.start();
    this.uploads.retry();
  }

  /** Tell name and e-mail. */
  async tellContact(contact: Partial<Contact>): Promise<void> {
    this.contact = { ...this.contact, ...contact };
    this.#listener.changed();
    await this.#api.contact(contact);
  }

  /** Say something to the person for a moment. */
  say(saying: Saying, value: string | number = ""): void {
    this.notice = { saying, value };
    this.#listener.changed();
  }

  /** Say it no longer. */
  hush(): void {
    this.notice = null;
    this.#listener.changed();
  }

  // What the host says -----------------------------------------------------------------------

  /** The visitor is this customer. */
  identify(identity: HostIdentity): void {
    if (JSON.stringify(identity) === JSON.stringify(this.#identity)) return;
    this.#identity = identity;
    this.#connection?.stop();
    this.#connection = null;
    void this.begin();
  }

  /** Facts about the visitor. */
  attributes(attributes: Attributes): void {
    // A fact that did not get through is told again with the next page.
    this.#api.contact({ attributes }).catch(() => undefined);
  }

  /** The visitor looked at these pages. */
  tellViews(views: readonly PageView[]): void {
    this.#views = [...this.#views, ...views];
    if (this.#api.token === "" || !this.#views.length) return;
    const told = this.#views;
    this.#views = [];
    this.#api.pages(told).catch(() => {
      this.#views = [...told, ...this.#views];
    });
  }

  /** Ask whether somebody is there, now and then. */
  async askPresence(): Promise<void> {
    const now = Date.now();
    if (this.#api.token === "" || now - this.#presenceMs < PRESENCE_MS / 2) return;
    this.#presenceMs = now;
    try {
      this.presence = await this.#api.presence();
      this.#listener.changed();
    } catch {
      // The line about the connection says what is wrong.
    }
  }

  // What is shown ----------------------------------------------------------------------------

  /** An agent's name, "" if it is not known. */
  nameOf(agent: Id): string {
    return this.#names.get(agent) ?? "";
  }

  /** Names of some agents, for the head of an empty chat. */
  get team(): readonly string[] {
    return [...this.#names.values()].slice(0, 3);
  }

  /** Which file a message of the outbox holds. */
  fileOf(op: Id): FileFacts | null {
    return this.#files.get(op) ?? null;
  }

  /** A file's bytes. */
  bytesOf(file: Id): Promise<Blob> {
    return this.#api.file(file);
  }

  /** An address in this page's memory of a file's bytes. */
  addressOf(file: Id): Promise<string> {
    let address = this.#pictures.get(file);
    if (address === undefined) {
      address = this.bytesOf(file).then((blob) => URL.createObjectURL(blob));
      // Whoever asks again after a fault gets another try.
      address.catch(() => this.#pictures.delete(file));
      this.#pictures.set(file, address);
    }
    return address;
  }

  /** True if the server takes what is said and stores nothing; it stays here until it does. */
  get overdue(): boolean {
    return this.#connection?.overdue ?? false;
  }

  /** Hand what is on its way to the conversation that it will be part of. */
  sharePending(): void {
    const pending = this.#connection?.pending ?? [];
    const { newest } = this.conversations;
    for (const [id, thread] of this.conversations.threads) {
      thread.setPending(id === newest ? pending : []);
    }
    this.lobby.setPending(newest === null ? pending : []);
  }

  #submit(command: messages.Send | messages.Rate | messages.HandOff): void {
    this.#connection?.submit(command);
  }
}

/** Time between questions whether somebody is there. */
export { PRESENCE_MS };
