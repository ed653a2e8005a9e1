const english = {
  title: "Chat with us",
  subtitle: "We usually answer within a few minutes",
  greeting: "Hello! How can we help you today?",
  offline: "Nobody is here right now. Leave a message and we will answer as soon as we are back.",
  offlineLeft: "Nobody is here right now. We will answer as soon as we are back.",
  placeholder: "Write a message…",
  form_title: "Before we begin",
  online: "We are online",
  away: "We are away",
  bot: "Assistant",
  agent: "Support",
  you: "You",
  close: "Close the chat",
  log: "Conversation",
  send: "Send",
  attach: "Send a file or picture",
  emoji: "Insert an emoji",
  emojiWindows: "Press Windows + . (full stop) to open the emoji picker",
  emojiMac: "Press Control + Command + Space to open the emoji picker",
  emojiOther: "Press Ctrl + . or Ctrl + Shift + E to open the emoji picker",
  drop: "Drop files here to send them",
  typing: "{0} is typing",
  connecting: "Connecting…",
  overdue: "This takes longer than usual. Your message is kept and sent as soon as possible.",
  offlineFor: "No connection. Trying again in {0} s",
  offlineNow: "No connection. Trying again…",
  offlineNever: "The chat is open somewhere else ({0})",
  refused: "The chat is not available here. ({0})",
  refusedGuest: "Please log in on this site. Then you can chat with us here.",
  again: "Try now",
  queued: "Somebody will be with you soon.",
  place: "You are number {0} in the queue",
  placeNext: "You are next in the queue",
  joined: "{0} joined the conversation",
  resolved: "The conversation has ended",
  reopened: "The conversation goes on",
  rated: "Thank you. You rated this conversation {0} of 5",
  rateQuestion: "How did we do?",
  rate1: "Terrible",
  rate2: "Bad",
  rate3: "All right",
  rate4: "Good",
  rate5: "Great",
  goOn: "Something else? Just write, and the conversation goes on.",
  pending: "Sending",
  sent: "Sent",
  delivered: "Delivered",
  read: "Read",
  notSent: "Not sent: {0}",
  tooLong: "The message is too long.",
  blocked: "You can no longer write here.",
  notTaken: "The message was not taken. ({0})",
  tooLarge: "{0} is larger than 25 MB.",
  uploading: "Uploading {0} %",
  uploadWaiting: "Interrupted. It goes on when the connection is back.",
  uploadRefused: "This file was not accepted.",
  cancel: "Cancel",
  retry: "Try again",
  download: "Download {0}",
  picture: "Picture: {0}",
  openPicture: "Open the picture {0}",
  erased: "This message was erased",
  name: "Your name",
  email: "Your e-mail",
  phone: "Your phone number",
  emailWrong: "Please enter a valid e-mail address.",
  start: "Start the chat",
  skip: "Skip",
  save: "Save",
  mailQuestion: "Where may we answer you?",
  mailAway: "Leave your e-mail, and we will answer there if you are gone.",
  saved: "Thank you. We will answer to {0}.",
  newMessages: "New messages",
  unreadTitle: "({0}) New message",
  today: "Today",
  yesterday: "Yesterday",
  choices: "Suggestions",
  human: "Talk to a person",
};

/** Something the chat says. */
export type Saying = keyof typeof english;

const chinese: Record<Saying, string> = {
  title: "在线客服",
  subtitle: "通常几分钟内回复",
  greeting: "您好！请问有什么可以帮您？",
  offline: "客服暂时不在线。请留言，我们上线后会第一时间回复您。",
  offlineLeft: "客服暂时不在线，上线后会第一时间回复您。",
  placeholder: "输入消息…",
  form_title: "开始之前",
  online: "客服在线",
  away: "客服离线",
  bot: "智能助手",
  agent: "客服",
  you: "我",
  close: "关闭聊天",
  log: "对话内容",
  send: "发送",
  attach: "发送图片或文件",
  emoji: "插入表情",
  emojiWindows: "按 Windows + 句号键（.）打开表情面板",
  emojiMac: "按 Control + Command + 空格键打开表情面板",
  emojiOther: "按 Ctrl + 句号键或 Ctrl + Shift + E 打开表情面板",
  drop: "松开鼠标即可发送文件",
  typing: "{0} 正在输入",
  connecting: "正在连接…",
  overdue: "服务暂时繁忙，您的消息已保留，恢复后会自动发送。",
  offlineFor: "网络已断开，{0} 秒后重试",
  offlineNow: "网络已断开，正在重试…",
  offlineNever: "聊天已在别处打开（{0}）",
  refused: "暂时无法使用聊天。（{0}）",
  refusedGuest: "请先登录本网站，然后即可在这里与我们聊天。",
  again: "立即重试",
  queued: "客服很快就来，请稍候。",
  place: "您排在第 {0} 位",
  placeNext: "下一位就是您",
  joined: "{0} 已接入对话",
  resolved: "对话已结束",
  reopened: "对话继续",
  rated: "感谢评价！您给出了 {0} 分（满分 5 分）",
  rateQuestion: "您对本次服务满意吗？",
  rate1: "很不满意",
  rate2: "不满意",
  rate3: "一般",
  rate4: "满意",
  rate5: "非常满意",
  goOn: "还有问题？直接发消息即可继续对话。",
  pending: "发送中",
  sent: "已发送",
  delivered: "已送达",
  read: "已读",
  notSent: "未发送：{0}",
  tooLong: "消息太长了。",
  blocked: "您已无法在此发送消息。",
  notTaken: "消息未能发送。（{0}）",
  tooLarge: "{0} 超过 25 MB。",
  uploading: "正在上传 {0}%",
  uploadWaiting: "上传中断，网络恢复后会继续。",
  uploadRefused: "无法接受此文件。",
  cancel: "取消",
  retry: "重试",
  download: "下载 {0}",
  picture: "图片：{0}",
  openPicture: "打开图片 {0}",
  erased: "此消息已删除",
  name: "您的称呼",
  email: "您的邮箱",
  phone: "您的电话",
  emailWrong: "请输入正确的邮箱地址。",
  start: "开始对话",
  skip: "跳过",
  save: "保存",
  mailQuestion: "怎样联系您？",
  mailAway: "留下邮箱，即使您离开，我们也会通过邮件回复。",
  saved: "谢谢！我们会回复到 {0}。",
  newMessages: "有新消息",
  unreadTitle: "({0}) 新消息",
  today: "今天",
  yesterday: "昨天",
  choices: "常见问题",
  human: "转人工客服",
};

/** True for a choice of the bot's that brings a person, in whatever language it speaks. */
export function asksForPerson(option: string): boolean {
  return option === english.human || option === chinese.human;
}

/** A language of the chat. */
export type Language = "en" | "zh";
/** Texts of an inbox that stand for the chat's own. */
export type OwnTexts = Readonly<Partial<Record<Saying, string>>>;

/** Speaks one language, with the inbox's own texts where it has some. */
export class Words {
  readonly language: Language;
  readonly #table: Readonly<Record<Saying, string>>;
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;

  /** @param regions - the visitor's languages with their countries, the dearest first. */
  constructor(language: Language, own: OwnTexts, regions: readonly string[] = []) {
    this.language = language;
    const written = Object.entries(own).filter(([, text]) => text);
    const table = language === "zh" ? chinese : english;
    // An inbox has one text for "nobody is there", before a message and after it.
    const left = own.offline ? { offlineLeft: own.offline } : {};
    this.#table = { ...table, ...left, ...(Object.fromEntries(written) as OwnTexts) };
    // Times are written as in the visitor's country, 14:30 or 2:30 PM.
    const locale =
      regions.find((one) => one.startsWith(language)) ?? (language === "zh" ? "zh-CN" : "en");
    this.#time = new Intl.DateTimeFormat(locale, {
      hour: language === "zh" ? "2-digit" : "numeric",
      minute: "2-digit",
    });
    this.#day = new Intl.DateTimeFormat(locale, {
      month: "long",
      day: "numeric",
      weekday: "short",
    });
  }

  /** A saying, its `{0}` filled in. */
  say(saying: Saying, value: string | number = ""): string {
    return this.#table[saying].replace("{0}", () => String(value));
  }

  /** A time of day. */
  time(ms: number): string {
    return this.#time.format(ms);
  }

  /** A day, seen from `nowMs`. */
  day(ms: number, nowMs: number): string {
    const days = (date: Date) =>
      Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
    const ago = days(new Date(nowMs)) - days(new Date(ms));
    if (ago === 0) return this.say("today");
    return ago === 1 ? this.say("yesterday") : this.#day.format(ms);
  }
}
