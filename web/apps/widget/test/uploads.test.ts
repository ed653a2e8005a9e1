import { expect, test } from "vitest";
import { Uploads, type AttemptHandlers } from "../src/frame/chat/uploads.ts";

const OP = "0192f0c1-a2b3-7c4d-8e5f-000000000001";
const FILE_ID = "0192f0c1-a2b3-7c4d-8e5f-0000000000f1";

function world() {
  const attempts: (AttemptHandlers & { aborted: boolean })[] = [];
  const done: string[] = [];
  const uploads = new Uploads(
    (_upload, handlers) => {
      const attempt = { ...handlers, aborted: false };
      attempts.push(attempt);
      return { abort: () => void (attempt.aborted = true) };
    },
    { changed: () => undefined, done: ({ op }, ticket, id) => done.push(op, ticket, id) },
  );
  const file = new File(["tea"], "tea.txt");
  const add = () => uploads.add({ op: OP, file, preview: "", width: 0, height: 0 });
  const last = () => attempts.at(-1)!;
  return { uploads, attempts, done, add, last };
}

test("an upload that breaks off in the middle goes on with the connection, as one message", () => {
  const { uploads, attempts, done, add, last } = world();
  add();
  last().progress(0.4);
  expect(uploads.all).toMatchObject([{ state: "sending", progress: 0.4 }]);
  last().failed(0);
  expect(uploads.all).toMatchObject([{ state: "waiting" }]);
  uploads.retry();
  uploads.retry();
  expect(attempts).toHaveLength(2);
  last().done({ file: { file_id: FILE_ID }, ticket: "ticket" });
  expect(done).toEqual([OP, "ticket", FILE_ID]);
  expect(uploads.all).toEqual([]);
});

test("a file that the server does not want is tried again only by hand", () => {
  const { uploads, attempts, add, last } = world();
  add();
  last().failed(415);
  expect(uploads.all).toMatchObject([{ state: "refused" }]);
  uploads.retry();
  expect(attempts).toHaveLength(1);
  uploads.retry(OP);
  expect(attempts).toHaveLength(2);
});

test("a server that is busy or down is tried again", () => {
  for (const status of [429, 500, 503]) {
    const { uploads, add, last } = world();
    add();
    last().failed(status);
    expect(uploads.all).toMatchObject([{ state: "waiting" }]);
  }
});

test("a file that is cancelled is sent no more", () => {
  const { uploads, done, add, last } = world();
  add();
  uploads.cancel(OP);
  expect(last().aborted).toBe(true);
  expect(uploads.all).toEqual([]);
  expect(done).toEqual([]);
});
