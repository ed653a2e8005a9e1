/** Files on their way to the server. */

import type { Id } from "@airdesk/protocol";

/** Larger files are refused by the server. */
export const FILE_BYTES_MAX = 25 * 1024 * 1024;

/** What the server says of a file. */
export interface FileFacts {
  readonly id: Id;
  readonly bytes: number;
  readonly media_type: string;
  readonly width: number;
  readonly height: number;
}

/** A file that the visitor chose. */
export interface Upload {
  readonly op: Id;
  readonly file: File;
  /** Address of a picture's own bytes, "" for other files. */
  readonly preview: string;
  readonly width: number;
  readonly height: number;
  /** 0 to 1. */
  readonly progress: number;
  /** waiting: it broke off and goes on by itself; refused: the server does not want it. */
  readonly state: "sending" | "waiting" | "refused";
}

/** One try of an upload. */
export interface Attempt {
  abort(): void;
}

/** How a try ends. */
export interface AttemptHandlers {
  progress(share: number): void;
  done(answer: { file: { file_id?: Id; id?: Id }; ticket: string }): void;
  /** @param status - 0 if there was no answer. */
  failed(status: number): void;
}

/** Begins a try. */
export type Begin = (upload: Upload, handlers: AttemptHandlers) => Attempt;

/** What an upload tells the chat. */
export interface UploadsOwner {
  changed(): void;
  /** The bytes are there; the message can be sent. */
  done(upload: Upload, ticket: string, id: Id): void;
}

/**
 * The files of this page that are not sent yet. What broke off goes on when the connection is
 * back, under the same operation id, so that one choice is one message.
 */
export class Uploads {
  #all: readonly Upload[] = [];
  readonly #attempts = new Map<Id, Attempt>();
  readonly #begin: Begin;
  readonly #owner: UploadsOwner;

  constructor(begin: Begin, owner: UploadsOwner) {
    this.#begin = begin;
    this.#owner = owner;
  }

  /** In the order in which they were chosen. */
  get all(): readonly Upload[] {
    return this.#all;
  }

  /** Send a file. */
  add(upload: Pick<Upload, "op" | "file" | "preview" | "width" | "height">): void {
    this.#all = [...this.#all, { ...upload, progress: 0, state: "sending" }];
    this.#try(upload.op);
  }

  /** The visitor does not want it any more. */
  cancel(op: Id): void {
    this.#attempts.get(op)?.abort();
    this.#remove(op);
  }

  /** Try those again that broke off; `op` only this one, also if it was refused. */
  retry(op?: Id): void {
    for (const upload of this.#all) {
      if (op === undefined ? upload.state === "waiting" : upload.op === op) this.#try(upload.op);
    }
  }

  #try(op: Id): void {
    const upload = this.#all.find((known) => known.op === op);
    if (upload === undefined || this.#attempts.has(op)) return;
    this.#change(op, { state: "sending", progress: 0 });
    const attempt = this.#begin(upload, {
      progress: (progress) => this.#change(op, { progress }),
      done: ({ file, ticket }) => {
        this.#remove(op);
        this.#owner.done(upload, ticket, file.file_id ?? file.id ?? "");
      },
      failed: (status) => {
        this.#attempts.delete(op);
        const final = status >= 400 && status < 500 && status !== 429 && status !== 408;
        this.#change(op, { state: final ? "refused" : "waiting" });
      },
    });
    this.#attempts.set(op, attempt);
  }

  #remove(op: Id): void {
    this.#attempts.delete(op);
    this.#all = this.#all.filter((upload) => upload.op !== op);
    this.#owner.changed();
  }

  #change(op: Id, change: Partial<Upload>): void {
    this.#all = this.#all.map((upload) => (upload.op === op ? { ...upload, ...change } : upload));
    this.#owner.changed();
  }
}

/** Tries by XMLHttpRequest, as fetch does not tell how much has gone out. */
export function xhrUpload(token: () => string): Begin {
  return (upload, handlers) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/widget/files?name=${encodeURIComponent(upload.file.name)}`);
    request.setRequestHeader("authorization", `Bearer ${token()}`);
    request.setRequestHeader("idempotency-key", upload.op);
    request.setRequestHeader("content-type", upload.file.type || "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) =>
      handlers.progress(total ? loaded / total : 0);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) handlers.done(request.response);
      else handlers.failed(request.status);
    };
    request.onerror = () => handlers.failed(0);
    request.send(upload.file);
    return { abort: () => request.abort() };
  };
}

/** Measure a picture; 0 by 0 if it is none that the browser shows. */
export async function pictureSize(file: File): Promise<{ width: number; height: number }> {
  if (!/^image\/(png|jpeg|gif|webp)$/.test(file.type)) return { width: 0, height: 0 };
  try {
    const { width, height } = await createImageBitmap(file);
    return { width, height };
  } catch {
    return { width: 0, height: 0 }; // Not a picture in truth.
  }
}
