/** What the list of settings says. */

import type { Dictionary } from "@airdesk/staff";

const english = {
  title: "Settings",
  all: "All settings",
  groupPeople: "People",
  groupDoors: "Channels",
  groupWords: "Answers",
  groupAccount: "Account",
  inboxes: "Inboxes",
  members: "Agents",
  teams: "Teams",
  skills: "Skills",
  blocked: "Blocked visitors",
  faq: "Questions & answers",
  canned: "Canned replies",
  labels: "Labels",
  account: "Company",
  tokens: "API tokens",
  audit: "Audit log",
};

/** What the list of settings may say. */
export type SettingsSaying = keyof typeof english;

const chinese: Record<SettingsSaying, string> = {
  title: "设置",
  all: "全部设置",
  groupPeople: "人员",
  groupDoors: "渠道",
  groupWords: "答复",
  groupAccount: "账户",
  inboxes: "收件箱",
  members: "客服",
  teams: "团队",
  skills: "技能",
  blocked: "已拉黑的访客",
  faq: "常见问题",
  canned: "快捷回复",
  labels: "标签",
  account: "公司",
  tokens: "API 令牌",
  audit: "审计日志",
};

export const settingsWords: Dictionary<SettingsSaying> = { en: english, zh: chinese };
