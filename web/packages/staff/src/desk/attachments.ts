import type { Id } from "@airdesk/protocol";
import { withQuery, type Api, type Upload } from "../api/api.ts";
import type { FileFacts } from "../api/entities.ts";
import { Problem } from "../api/problem.ts";

/** More bytes are refused by the server. */
export const FILE_BYTES_MAX = 25 * 1024 * 1024;
/** So many files wait in one box at the most. */
export const FILES_MAX = 10;

interface Uploaded {
  readonly file: FileFacts;
  readonly ticket: string;
}

/** A file on its way into a conversation. */
export interface Attachment {
  readonly key: number;
  readonly name: string;
  readonly bytes: number;
  /** An address of its picture while it is shown; "" for what is no picture. */
  readonly preview: string;
  /** From 0 to 1. */
  readonly progress: number;
  /** What the server gave for it; "" until all of it is there. */
  readonly ticket: string;
  readonly problem: Problem | null;
}

interface Work {
  shown: Attachment;
  readonly blob: Blob;
  upload: Upload<Uploaded> | null;
}

/** The files that wait in the boxes of conversations. */
export class Attachments {
  readonly #api: Api;
  readonly #changed: () => void;
  readonly #works = new Map<Id, Work[]>();
  #keys = 0;

  constructor(api: Api, changed: () => void) {
    this.#api = api;
    this.#changed = changed;
  }

  /** What waits in a conversation's box. */
  of(conversation: Id): readonly Attachment[] {
    return (this.#works.get(conversation) ?? []).map(({ shown }) => shown);
  }

  /** Begin to send files to the server. */
  add(conversation: Id, files: readonly File[]): void {
    const works = this.#works.get(conversation) ?? [];
    this.#works.set(conversation, works);
    for (const file of files.slice(0, FILES_MAX - works.length)) {
      const preview = /^image\/(png|jpeg|gif|webp)$/.test(file.type)
        ? URL.createObjectURL(file)
        : "";
      const shown = {
        key: (this.#keys += 1),
        name: file.name || "file",
        bytes: file.size,
        preview,
        progress: 0,
        ticket: "",
        problem: null,
      };
      const work: Work = { shown, blob: file, upload: null };
      works.push(work);
      this.#begin(conversation, work);
    }
    this.#changed();
  }

  /** Try a file again. */
  again(conversation: Id, key: number): void {
    const work = this.#works.get(conversation)?.find(({ shown }) => shown.key === key);
    if (work === undefined || work.shown.problem === null) return;
    work.shown = { ...work.shown, problem: null, progress: 0 };
    this.#begin(conversation, work);
    this.#changed();
  }

  /** Let a file go. */
  remove(conversation: Id, key: number): void {
    const works = this.#works.get(conversation) ?? [];
    const work = works.find(({ shown }) => shown.key === key);
    if (work === undefined) return;
    works.splice(works.indexOf(work), 1);
    work.upload?.cancel();
    release(work);
    this.#changed();
  }

  /** Take the files whose bytes are all there out of the box, in order. */
  takeReady(conversation: Id): readonly Attachment[] {
    const works = this.#works.get(conversation) ?? [];
    const ready = works.filter(({ shown }) => shown.ticket !== "");
    this.#works.set(
      conversation,
      works.filter((work) => !ready.includes(work)),
    );
    for (const work of ready) release(work);
    return ready.map(({ shown }) => shown);
  }

  #begin(conversation: Id, work: Work): void {
    if (work.blob.size > FILE_BYTES_MAX) return this.#failed(work, new Problem(413, "too large"));
    const path = withQuery(`/api/v1/conversations/${conversation}/files`, {
      name: work.shown.name,
    });
    work.upload = this.#api.upload<Uploaded>(path, work.blob, (progress) => {
      work.shown = { ...work.shown, progress };
      this.#changed();
    });
    work.upload.done.then(
      ({ ticket }) => {
        work.shown = { ...work.shown, ticket, progress: 1 };
        this.#changed();
      },
      (thrown: unknown) => {
        if (!(thrown instanceof Problem)) throw thrown;
        this.#failed(work, thrown);
      },
    );
  }

  #failed(work: Work, problem: Problem): void {
    work.shown = { ...work.shown, problem };
    this.#changed();
  }
}

function release({ shown }: Work): void {
  if (shown.preview !== "") URL.revokeObjectURL(shown.preview);
}
