import type { english } from "./en.ts";

/** What the shell and the agent's pages say, in Chinese. */
export const chinese: Record<keyof typeof english, string> = {
  opening: "正在打开 AirDesk…",
  noAnswer: "AirDesk 没有响应",
  tryAgain: "重试",
  loading: "加载中…",
  notRead: "暂时无法读取",
  pageBroken: "页面未能加载",
  pageBrokenHint: "AirDesk 可能刚刚更新。您的草稿和待发送的内容均已保留。",
  loadAnew: "重新加载",
  pages: "页面",
  skipToPage: "跳到页面内容",
  pageInbox: "会话",
  pageProfile: "个人设置",
  online: "在线",
  busy: "忙碌",
  offline: "离线",
  onlineHint: "接收新会话",
  busyHint: "保留现有会话，不接收新会话",
  offlineHint: "不接收任何会话",
  look: "外观",
  "look-auto": "跟随系统",
  "look-light": "浅色",
  "look-dark": "深色",
  logOut: "退出登录",
};
