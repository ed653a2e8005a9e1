/** What the pages say, in English and Chinese. */

const english = {
  visitorTitle: "Chat with us",
  agentTitle: "AirDesk",
  live: "Connected",
  connecting: "Connecting…",
  offline: "No connection. Trying again in {0} s",
  offlineNow: "No connection. Trying again…",
  ended: "Disconnected ({0})",
  fenced: "This page was opened again elsewhere ({0})",
  badToken: "Your sign-in is no longer valid ({0})",
  again: "Connect again",
  noToken: "This page needs the link that your administrator gave you.",
  placeholder: "Write a message…",
  notePlaceholder: "Write a note that only the team sees…",
  send: "Send",
  note: "Note",
  noteHint: "Only the team sees this",
  empty: "Write to us and somebody will answer you here.",
  nothingChosen: "Choose a conversation.",
  typing: "is typing…",
  visitorName: "Visitor {0}",
  you: "You",
  agent: "Agent",
  bot: "Assistant",
  mine: "Mine",
  queue: "Waiting ({0})",
  noneMine: "You hold no conversation.",
  noneWaiting: "Nobody is waiting.",
  take: "Take",
  resolve: "Resolve",
  reopen: "Reopen",
  snooze: "Snooze 1 min",
  transfer: "Transfer",
  transferTo: "Agent id",
  back: "Back",
  availability: "Availability",
  availabilityOffline: "Offline",
  availabilityBusy: "Busy",
  availabilityOnline: "Online",
  statusBot: "With the assistant",
  statusQueued: "Waiting",
  statusPlace: "Waiting, place {0}",
  statusAssigned: "In conversation",
  statusSnoozed: "Snoozed",
  statusResolved: "Resolved",
  started: "Conversation started",
  queued: "Waiting for an agent",
  queuedAgain: "Waiting for another agent",
  assigned: "An agent takes care of it",
  snoozed: "Snoozed until {0}",
  resolved: "Resolved",
  reopened: "Taken up again",
  rated: "Rated {0} of 5",
  rateQuestion: "How did we do?",
  rateLabel: "{0} of 5",
  pending: "On its way",
  sent: "Sent",
  delivered: "Delivered",
  read: "Read",
  refused: "Not done: {0}",
  refusedText: "“{1}” was not sent: {0}",
  tooLong: "This text is too long.",
  noSuchAgent: "That is no agent id.",
  unread: "{0} unread",
};

/** The names of all sayings. */
export type Saying = keyof typeof english;

const chinese: Record<Saying, string> = {
  visitorTitle: "在线客服",
  agentTitle: "AirDesk",
  live: "已连接",
  connecting: "正在连接…",
  offline: "连接已断开，{0} 秒后重试",
  offlineNow: "连接已断开，正在重试…",
  ended: "连接已结束（{0}）",
  fenced: "此页面已在别处打开（{0}）",
  badToken: "登录已失效（{0}）",
  again: "重新连接",
  noToken: "请使用管理员提供的链接打开此页面。",
  placeholder: "输入消息…",
  notePlaceholder: "输入仅团队可见的备注…",
  send: "发送",
  note: "备注",
  noteHint: "仅团队可见",
  empty: "请留言，我们会在这里回复您。",
  nothingChosen: "请选择一个会话。",
  typing: "正在输入…",
  visitorName: "访客 {0}",
  you: "我",
  agent: "客服",
  bot: "智能助手",
  mine: "我的会话",
  queue: "排队中（{0}）",
  noneMine: "暂无会话。",
  noneWaiting: "无人排队。",
  take: "接入",
  resolve: "结束",
  reopen: "重新打开",
  snooze: "搁置 1 分钟",
  transfer: "转接",
  transferTo: "客服编号",
  back: "返回",
  availability: "状态",
  availabilityOffline: "离线",
  availabilityBusy: "忙碌",
  availabilityOnline: "在线",
  statusBot: "智能助手接待中",
  statusQueued: "排队中",
  statusPlace: "排队中，第 {0} 位",
  statusAssigned: "会话中",
  statusSnoozed: "已搁置",
  statusResolved: "已结束",
  started: "会话开始",
  queued: "正在等待客服",
  queuedAgain: "正在等待其他客服",
  assigned: "客服已接入",
  snoozed: "搁置至 {0}",
  resolved: "会话已结束",
  reopened: "会话已重新打开",
  rated: "评分 {0} / 5",
  rateQuestion: "请为本次服务评分",
  rateLabel: "{0} 分",
  pending: "发送中",
  sent: "已发送",
  delivered: "已送达",
  read: "已读",
  refused: "未完成：{0}",
  refusedText: "“{1}”未发送：{0}",
  tooLong: "内容过长。",
  noSuchAgent: "客服编号无效。",
  unread: "{0} 条未读",
};

/** A language that the pages speak. */
export type Language = "en" | "zh";

/** The language that an address or, without a word there, the browser asks for. */
export function languageOf(search: string, browser: string): Language {
  const asked = new URLSearchParams(search).get("lang") ?? browser;
  return asked.toLowerCase().startsWith("zh") ? "zh" : "en";
}

const MINUTE_MS = 60_000;

/** Speaks one language. */
export class Words {
  readonly language: Language;
  readonly #table: Record<Saying, string>;
  readonly #time: Intl.DateTimeFormat;
  #minute = Number.NaN;
  #minuteText = "";

  constructor(language: Language) {
    this.language = language;
    this.#table = language === "zh" ? chinese : english;
    this.#time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  }

  /** A saying, its `{0}` and `{1}` filled in. */
  say(saying: Saying, ...values: readonly (string | number)[]): string {
    return this.#table[saying].replace(/\{(\d)\}/g, (_, n: string) => String(values[Number(n)]));
  }

  /** A time of day. */
  time(ms: number): string {
    // A long conversation asks for all its lines again, and those of a minute read alike.
    const minute = Math.floor(ms / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#minuteText = this.#time.format(ms);
    }
    return this.#minuteText;
  }
}
