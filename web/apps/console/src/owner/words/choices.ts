/** What the choices of settings are called where they stand alone. */

import type { Dictionary } from "@airdesk/staff";

const english = {
  agent: "Agent",
  supervisor: "Supervisor",
  owner: "Owner",
  manual: "by hand",
  longest_idle: "longest idle",
  least_busy: "least busy",
  round_robin: "in turn",
  right: "bottom right",
  left: "bottom left",
  auto: "as the device",
  light: "light",
  dark: "dark",
  off: "never",
  before: "before the first message",
  after: "after the first message",
  name: "name",
  email: "e-mail",
  phone: "phone",
};

/** A choice of a setting. */
export type ChoiceSaying = keyof typeof english;

const chinese: Record<ChoiceSaying, string> = {
  agent: "客服",
  supervisor: "主管",
  owner: "所有者",
  manual: "手动接入",
  longest_idle: "空闲最久",
  least_busy: "会话最少",
  round_robin: "轮流",
  right: "右下角",
  left: "左下角",
  auto: "跟随设备",
  light: "浅色",
  dark: "深色",
  off: "从不",
  before: "第一条消息之前",
  after: "第一条消息之后",
  name: "姓名",
  email: "邮箱",
  phone: "电话",
};

export const choiceWords: Dictionary<ChoiceSaying> = { en: english, zh: chinese };

/** True for a choice that has a name here. */
export function isChoice(value: string): value is ChoiceSaying {
  return Object.hasOwn(english, value);
}
