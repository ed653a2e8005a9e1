import type { Id } from "@airdesk/protocol";

/** Where a draft is kept: what is meant for the team never stands in the box for the visitor. */
export function draftKey(conversation: Id, note: boolean): string {
  return note ? `${conversation}.note` : conversation;
}
