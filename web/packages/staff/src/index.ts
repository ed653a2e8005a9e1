/**
 * What the pages of the staff know and say, without a framework: our server by HTTP, the state of
 * an agent's desk, languages, times and refusals in words.
 */

export * from "./api/api.ts";
export * from "./api/entities.ts";
export * from "./api/problem.ts";
export * from "./desk/alerts.ts";
export * from "./desk/attachments.ts";
export * from "./desk/canned.ts";
export * from "./desk/chime.ts";
export * from "./desk/desk.ts";
export * from "./desk/drafts.ts";
export * from "./desk/last_words.ts";
export * from "./desk/lines.ts";
export * from "./desk/marked.ts";
export * from "./desk/notices.ts";
export * from "./desk/people.ts";
export * from "./desk/snooze.ts";
export * from "./look/copied.ts";
export * from "./look/icons.ts";
export * from "./settings/audit_changes.ts";
export * from "./settings/device.ts";
export * from "./settings/inbox_values.ts";
export * from "./settings/site.ts";
export * from "./settings/typed.ts";
export * from "./words/audit.ts";
export * from "./desk/thread_lines.ts";
export * from "./desk/unsent.ts";
export * from "./words/language.ts";
export * from "./words/problems.ts";
export * from "./words/times.ts";
export * from "./words/widget.ts";
