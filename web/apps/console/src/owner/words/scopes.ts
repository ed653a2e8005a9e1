/** What permissions and audited things are called. */

import type { Dictionary } from "@airdesk/staff";

const english = {
  conversations: "Conversations",
  contacts: "Contacts",
  canned: "Canned replies",
  faq: "Questions & answers",
  labels: "Labels",
  teams: "Teams",
  members: "Agents",
  inboxes: "Inboxes",
  hours: "Hours",
  account: "Company",
  audit: "Audit log",
  tokens: "API tokens",
  files: "Files",
  profile: "Own name and status",
};

/** What a permission may be about. */
export type ResourceSaying = keyof typeof english;

const chinese: Record<ResourceSaying, string> = {
  conversations: "会话",
  contacts: "联系人",
  canned: "快捷回复",
  faq: "常见问题",
  labels: "标签",
  teams: "团队",
  members: "客服",
  inboxes: "收件箱",
  hours: "工作时间",
  account: "公司",
  audit: "审计日志",
  tokens: "API 令牌",
  files: "文件",
  profile: "本人姓名与状态",
};

export const resourceWords: Dictionary<ResourceSaying> = { en: english, zh: chinese };

/** True for what has a name here; a newer server may have more. */
export function isResource(name: string): name is ResourceSaying {
  return Object.hasOwn(english, name);
}

const kinds = {
  en: {
    member: "Agents",
    invitation: "Invitations",
    team: "Teams",
    inbox: "Inboxes",
    hours: "Hours",
    faq: "Questions & answers",
    canned: "Canned replies",
    label: "Labels",
    contact: "Contacts",
    account: "Company",
    token: "API tokens",
    session: "Log-ins",
    password: "Passwords",
    user: "People",
  },
  zh: {
    member: "客服",
    invitation: "邀请",
    team: "团队",
    inbox: "收件箱",
    hours: "工作时间",
    faq: "常见问题",
    canned: "快捷回复",
    label: "标签",
    contact: "联系人",
    account: "公司",
    token: "API 令牌",
    session: "登录",
    password: "密码",
    user: "人员",
  },
} satisfies Dictionary<string>;

/** What was changed, as the audit log calls it before the dot of an act. */
export type KindSaying = keyof (typeof kinds)["en"];

export const kindWords: Dictionary<KindSaying> = kinds;

/** All kinds, in the order of a list. */
export const KINDS = Object.keys(kinds.en) as readonly KindSaying[];
