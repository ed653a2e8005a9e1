import { describe, expect, it } from "vitest";
import { Api } from "../src/api/api.ts";
import { Problem, problemOf } from "../src/api/problem.ts";
import { explain, fieldFault } from "../src/words/problems.ts";

interface Asked {
  readonly path: string;
  readonly init: RequestInit;
}

/** A server that answers one after the other what it is given. */
class Answers {
  readonly asked: Asked[] = [];
  readonly #answers: (Response | Error)[];

  constructor(...answers: (Response | Error)[]) {
    this.#answers = answers;
  }

  readonly fetch = ((path: string, init: RequestInit) => {
    this.asked.push({ path, init });
    const answer = this.#answers.shift();
    if (answer === undefined) throw new RangeError("asked once too often");
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }) as typeof fetch;
}

const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value), { status, headers });

async function problemIn(work: Promise<unknown>): Promise<Problem> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
  throw new RangeError("it was not refused");
}

describe("the way to the server", () => {
  it("says the session's word with changes only", async () => {
    const server = new Answers(json({}), json({}));
    const api = new Api(() => undefined, server.fetch);
    api.csrf = "word";
    await api.get("/api/v1/teams", { after: "", limit: 5 });
    await api.post("/api/v1/teams", { name: "A" }, "key-1");
    expect(server.asked[0]?.path).toBe("/api/v1/teams?limit=5");
    expect(server.asked[0]?.init.headers).toEqual({});
    expect(server.asked[1]?.init.headers).toEqual({
      "x-airdesk-csrf": "word",
      "content-type": "application/json",
      "idempotency-key": "key-1",
    });
  });

  it("reads a list to its end", async () => {
    const server = new Answers(
      json({ items: [1, 2], next: "c" }),
      json({ items: [3], next: null }),
    );
    const api = new Api(() => undefined, server.fetch);
    expect(await api.all("/api/v1/teams")).toEqual([1, 2, 3]);
    expect(server.asked[1]?.path).toBe("/api/v1/teams?after=c");
  });

  it("tells the page when the session is over", async () => {
    let told = 0;
    const server = new Answers(json({ detail: "log in again" }, 401));
    const api = new Api(() => (told += 1), server.fetch);
    expect((await problemIn(api.get("/api/v1/teams"))).status).toBe(401);
    expect(told).toBe(1);
  });

  it("knows no answer from a refusal", async () => {
    const server = new Answers(new TypeError("fetch failed"), json({ title: "Busy" }, 503));
    const api = new Api(() => undefined, server.fetch);
    expect((await problemIn(api.get("/x"))).status).toBe(0);
    expect((await problemIn(api.get("/x"))).status).toBe(503);
  });
});

describe("a problem", () => {
  it("names the fields that are wrong", () => {
    const body = { detail: "x", fields: [{ field: "email", fault: "an e-mail address" }, 7, null] };
    expect(problemOf(422, JSON.stringify(body), null).fields).toEqual({
      email: "an e-mail address",
    });
  });

  it("finds the field in the sentence of a refused value", () => {
    const body = { number: 4207, detail: "colour must be like #2563eb" };
    expect(problemOf(422, JSON.stringify(body), null).fields).toEqual({ colour: "like #2563eb" });
  });

  it("takes the longer wait of header and sentence", () => {
    const body = { detail: "too many attempts; try again in 240 seconds" };
    expect(problemOf(429, JSON.stringify(body), "1").retryS).toBe(240);
    expect(problemOf(429, "{}", "30").retryS).toBe(30);
  });

  it("is made of whatever a proxy answers", () => {
    const problem = problemOf(502, "<html>Bad Gateway</html>", null);
    expect(problem.message).toBe("HTTP 502");
    expect(explain(problem, "en")).toContain("Something failed on the server");
  });

  it("is said in the person's language", () => {
    expect(explain(new Problem(429, "", { retryS: 90 }), "en")).toContain("90 seconds");
    expect(explain(new Problem(429, "", { retryS: 240 }), "zh")).toContain("4 分钟");
    expect(fieldFault("one line of 1 to 100 characters", "zh")).toBe("需要 1 到 100 个字符。");
    expect(fieldFault("String should have at least 1 character", "en")).toBe("This is needed.");
    expect(fieldFault("0 to 100", "en")).toBe("This is a number from 0 to 100.");
  });
});
