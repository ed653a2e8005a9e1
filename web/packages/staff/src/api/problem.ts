/** "{name} must be {range}", in docs/reference/errors.md. */
const VALUE_REFUSED = 4207;

/** What the server says when it does not do what it was asked, as RFC 9457 has it. */
export class Problem extends Error {
  /** The status of HTTP; 0 where no answer came. */
  readonly status: number;
  /** The number of the error, 0 where there is none. */
  readonly number: number;
  /** For a refused form: each field and what is wrong with it. */
  readonly fields: Readonly<Record<string, string>>;
  /** Not earlier than this many seconds from now; 0 if nothing was said. */
  readonly retryS: number;

  constructor(
    status: number,
    detail: string,
    rest: { number?: number; fields?: Record<string, string>; retryS?: number } = {},
  ) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.number = rest.number ?? 0;
    this.fields = rest.fields ?? {};
    this.retryS = rest.retryS ?? 0;
  }
}

/** The problem of a try that got no answer. */
export function unreachable(): Problem {
  return new Problem(0, "no answer");
}

/** Read the problem out of an answer, whatever is in it. */
export function problemOf(status: number, body: string, retryAfter: string | null): Problem {
  const said = parsed(body);
  const detail = text(said["detail"]) || text(said["title"]) || `HTTP ${status}`;
  // Limits of log-in say their seconds in the sentence, and may be longer than the header.
  const waitS = /again in (\d+) seconds/.exec(detail)?.[1] ?? 0;
  const retryS = Math.max(Number(retryAfter ?? 0) || 0, Number(waitS));
  const number = typeof said["number"] === "number" ? said["number"] : 0;
  const fields = { ...namedIn(number, detail), ...fieldsOf(said["fields"]) };
  return new Problem(status, detail, { number, fields, retryS });
}

/** Refusals of one value name their field in the sentence. */
function namedIn(number: number, detail: string): Record<string, string> {
  if (number !== VALUE_REFUSED) return {};
  const [, field, range] = /^(\w+) must be (.+)$/s.exec(detail) ?? [];
  return field === undefined ? {} : { [field]: range ?? "" };
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // A proxy answers with a page.
  }
}

function fieldsOf(listed: unknown): Record<string, string> {
  if (!Array.isArray(listed)) return {};
  const fields: Record<string, string> = {};
  for (const one of listed as unknown[]) {
    if (typeof one !== "object" || one === null) continue;
    const { field, fault } = one as Record<string, unknown>;
    if (typeof field === "string" && field) fields[field] ??= text(fault);
  }
  return fields;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
