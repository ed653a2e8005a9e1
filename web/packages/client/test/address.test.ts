import { expect, test } from "vitest";
import { socketUrl } from "@airdesk/client";

test("the socket stays on the host of the page", () => {
  expect(socketUrl("http://localhost:8000/visitor")).toBe("ws://localhost:8000/socket");
});

test("a secure page gets a secure socket", () => {
  expect(socketUrl("https://desk.example/agent?x=1")).toBe("wss://desk.example/socket");
});
