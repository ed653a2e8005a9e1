import type { Line } from "@airdesk/staff";

/** The `seq` of the newest line that has one, 0 for none. */
export function newestSeq(lines: readonly Line[]): number {
  return lines.findLast(hasSeq)?.seq ?? 0;
}

/** How many messages of others stand behind a `seq`. */
export function messagesAfter(lines: readonly Line[], seq: number): number {
  let count = 0;
  for (let place = lines.length - 1; place >= 0; place -= 1) {
    const line = lines[place];
    if (line === undefined || (hasSeq(line) && line.seq <= seq)) break;
    if (line.kind === "message" && !line.own) count += 1;
  }
  return count;
}

/** A day has none, nor what is on its way. */
function hasSeq(line: Line): line is Exclude<Line, { kind: "day" }> {
  return line.kind !== "day" && line.seq > 0;
}
