/** What a refusal is called in words for a person. */

import type { Problem } from "../api/problem.ts";
import { speaker, type Dictionary, type Language } from "./language.ts";

const problems = {
  en: {
    unreachable: "The server does not answer. Check your connection and try again.",
    wait: "Too many tries. Try again in {0}.",
    fields: "Please look at the marked fields.",
    notAllowed: "You are not allowed to do this. Ask an owner of the account.",
    gone: "This does not exist any more.",
    conflict: "This was changed by somebody else, or exists already: {0}",
    status: "The conversation is not in that state any more.",
    offline: "Whoever is offline takes no conversation: set the status to online or busy first.",
    blocked: "This visitor is blocked.",
    code: "error {0}",
    tooLarge: "This is too large.",
    server: "Something failed on the server. What you typed is still here; try again.",
    other: "That did not work: {0}",
    required: "This is needed.",
    tooShort: "At least {0} characters are needed.",
    tooLong: "At most {0} characters fit.",
    length: "{0} to {1} characters are needed.",
    range: "This is a number from {0} to {1}.",
    lastOwner: "An account needs an owner. Make somebody else owner first.",
    inUse: "This is still used elsewhere: take it from there first.",
    taken: "There is one of this name already.",
    email: "This does not look like an e-mail address.",
    invalid: "Needed: {0}",
    like: "Write it like {0}.",
    most: "At most {0}.",
    least: "At least {0}.",
    wordsMax: "At most {0} words.",
    word: "One word of 1 to 40 letters and digits.",
    scopes: "Choose at least one thing that it may do.",
    items: "Choose at least {0}.",
    number: "This is a number.",
    narrower: "Name one site, not a whole top-level domain.",
    picture: "A picture is needed: PNG, JPEG, GIF or WebP.",
    second: "{0} seconds",
    minute: "{0} minutes",
  },
  zh: {
    unreachable: "无法连接服务器，请检查网络后重试。",
    wait: "尝试次数过多，请在 {0} 后重试。",
    fields: "请检查标出的内容。",
    notAllowed: "您没有权限执行此操作，请联系账户的所有者。",
    gone: "该内容已不存在。",
    conflict: "内容已被他人修改或已存在：{0}",
    status: "会话的状态已经改变。",
    offline: "离线时不能接入会话，请先将状态设为在线或忙碌。",
    blocked: "该访客已被拉黑。",
    code: "错误 {0}",
    tooLarge: "内容过大。",
    server: "服务器出错。您填写的内容仍然保留，请重试。",
    other: "操作未成功：{0}",
    required: "此项必填。",
    tooShort: "至少需要 {0} 个字符。",
    tooLong: "最多 {0} 个字符。",
    length: "需要 {0} 到 {1} 个字符。",
    range: "请输入 {0} 到 {1} 之间的数字。",
    lastOwner: "账户需要至少一位所有者，请先指定其他所有者。",
    inUse: "仍在使用中，请先从使用它的地方移除。",
    taken: "该名称已被使用。",
    email: "这不是有效的邮箱地址。",
    invalid: "要求：{0}",
    like: "请按此格式填写：{0}",
    most: "不能大于 {0}。",
    least: "不能小于 {0}。",
    wordsMax: "最多 {0} 个词。",
    word: "需要 1 到 40 个字母或数字组成的一个词。",
    scopes: "请至少选择一项权限。",
    items: "请至少选择 {0} 项。",
    number: "请输入数字。",
    narrower: "请填写具体的网站，不能是整个顶级域名。",
    picture: "需要图片：PNG、JPEG、GIF 或 WebP。",
    second: "{0} 秒",
    minute: "{0} 分钟",
  },
} satisfies Dictionary<string>;

const MINUTE_S = 60;
/** Numbers of docs/reference/errors.md. */
const ALREADY_TAKEN = 4221;
const LAST_OWNER = 4222;
const IN_USE = 4225;
const ILLEGAL_TRANSITION = 4203;
const NOT_ELIGIBLE = 4204;
const BLOCKED = 4209;

/** What else the server says of values, and what a person is told. */
const USUAL = [
  [/^a word of 1 to 40/, "word"],
  [/^permissions that you have/, "scopes"],
  [/whole top-level domain/, "narrower"],
  [/^a PNG, JPEG, GIF or WebP picture/, "picture"],
  [/^it is taken/, "taken"],
  [/a valid (?:integer|number)/, "number"],
] as const;

/** A problem as a sentence. */
export function explain(problem: Problem, language: Language): string {
  const say = speaker(problems, language);
  if (Object.keys(problem.fields).length > 0) return say("fields");
  // The server's own words are English.
  const code = say("code", problem.number || problem.status);
  const detail = language === "en" ? problem.message : code;
  switch (problem.number) {
    case ALREADY_TAKEN:
      return say("taken");
    case LAST_OWNER:
      return say("lastOwner");
    case IN_USE:
      return say("inUse");
    case ILLEGAL_TRANSITION:
      return say("status");
    case NOT_ELIGIBLE:
      return say("offline");
    case BLOCKED:
      return say("blocked");
    default:
  }
  switch (problem.status) {
    case 0:
      return say("unreachable");
    case 403:
      return say("notAllowed");
    case 404:
    case 410:
      return say("gone");
    case 409:
      return say("conflict", detail);
    case 413:
      return say("tooLarge");
    case 429:
      return say("wait", duration(problem.retryS || 1, language));
    default:
      return problem.status >= 500 ? say("server") : say("other", detail);
  }
}

/** A time to wait, in words. */
export function duration(seconds: number, language: Language): string {
  const say = speaker(problems, language);
  return seconds < 2 * MINUTE_S
    ? say("second", Math.ceil(seconds))
    : say("minute", Math.ceil(seconds / MINUTE_S));
}

/** The server's word about a field, in the person's language where it is a usual one. */
export function fieldFault(fault: string, language: Language): string {
  const say = speaker(problems, language);
  if (fault === "" || /required|missing|at least 1 char|is empty/i.test(fault)) {
    return say("required");
  }
  const [, least, most] = /(\d+) to (\d+) characters/i.exec(fault) ?? [];
  if (least !== undefined && most !== undefined) return say("length", least, most);
  const short = /at least (\d+) char/i.exec(fault);
  if (short) return say("tooShort", short[1] ?? "");
  const long = /at most (\d+) char/i.exec(fault);
  if (long) return say("tooLong", long[1] ?? "");
  const range = /^(\d+) to (\d+)$/.exec(fault);
  if (range) return say("range", range[1] ?? "", range[2] ?? "");
  if (/e-?mail address/i.test(fault)) return say("email");
  const like = /^like (\S+)$/.exec(fault) ?? /^days like (\S+)$/.exec(fault);
  if (like) return say("like", like[1] ?? "");
  const bound = /(less|greater) than or equal to (-?\d+)/.exec(fault);
  if (bound) return say(bound[1] === "less" ? "most" : "least", bound[2] ?? "");
  const items = /at least (\d+) item/i.exec(fault);
  if (items) return say("items", items[1] ?? "");
  const words = /^at most (\d+) words$/.exec(fault);
  if (words) return say("wordsMax", words[1] ?? "");
  const usual = USUAL.find(([pattern]) => pattern.test(fault));
  if (usual) return say(usual[1]);
  return isSentence(fault) ? fault : say("invalid", fault);
}

/** Our own pages say whole sentences; the server says what a value "must be". */
function isSentence(fault: string): boolean {
  return /[^\u0020-\u007e]/.test(fault) || /^[A-Z]/.test(fault);
}
