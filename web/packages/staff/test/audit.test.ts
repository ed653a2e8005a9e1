import { describe, expect, it } from "vitest";
import type { AuditRow } from "../src/index.ts";
import { auditWords, changesOf, isAuditSaying, subjectName } from "../src/index.ts";

const row = (what: Partial<AuditRow>): AuditRow => ({
  audit_id: "1",
  at_ms: 0,
  actor: { kind: "user", id: "2", name: "Olga" },
  action: "member.changed",
  subject: { kind: "member", id: "7" },
  before: null,
  after: null,
  ...what,
});

describe("an audit row", () => {
  it("names what was changed by its own name, or by that of its id", () => {
    expect(subjectName(row({ after: { name: "Shop" } }), new Map())).toBe("Shop");
    expect(subjectName(row({ before: { shortcut: "hi" } }), new Map())).toBe("hi");
    expect(subjectName(row({ after: { role: "agent" } }), new Map([["7", "Anton"]]))).toBe("Anton");
    expect(subjectName(row({}), new Map())).toBe("");
  });

  it("shows the fields that differ, deep ones too, and no ids that name nothing", () => {
    const before = { user_id: "7", role: "agent", skills: ["a"], settings: { texts: { en: "x" } } };
    const after = { ...before, skills: ["a", "b"], settings: { texts: { en: "" } }, csrf_id: "9" };
    expect(changesOf(row({ before, after }))).toEqual([
      { field: "skills", before: "a", after: "a, b" },
      { field: "settings.texts.en", before: "x", after: "" },
    ]);
  });

  it("of something new shows all that it has", () => {
    expect(changesOf(row({ after: { role: "agent", is_active: true } }))).toEqual([
      { field: "role", before: "", after: "agent" },
      { field: "is_active", before: "", after: "true" },
    ]);
  });

  it("has words for each act in each language, and knows which it has not", () => {
    expect(Object.keys(auditWords.zh)).toEqual(Object.keys(auditWords.en));
    expect(isAuditSaying("member.changed")).toBe(true);
    expect(isAuditSaying("toString")).toBe(false);
  });
});
