import type { Dictionary } from "@airdesk/staff";

const english = {
  save: "Save",
  saveChanges: "Save changes",
  saved: "Saved",
  discard: "Discard",
  unsaved: "You have unsaved changes",
  add: "Add",
  edit: "Edit",
  cancel: "Cancel",
  close: "Close",
  done: "Done",
  remove: "Remove",
  removeAsk: "Remove “{0}”?",
  removeHint: "This cannot be undone.",
  copy: "Copy",
  copied: "Copied",
  byHand: "Selected: press Ctrl+C",
  leaveAsk: "Leave without saving?",
  leaveHint: "What you changed here is not saved yet.",
  leave: "Leave",
  stay: "Stay here",
  loading: "Loading…",
  chooseColour: "Choose a colour",
};

/** What every form may say. */
export type FormSaying = keyof typeof english;

const chinese: Record<FormSaying, string> = {
  save: "保存",
  saveChanges: "保存修改",
  saved: "已保存",
  discard: "放弃修改",
  unsaved: "有未保存的修改",
  add: "添加",
  edit: "编辑",
  cancel: "取消",
  close: "关闭",
  done: "完成",
  remove: "删除",
  removeAsk: "删除“{0}”？",
  removeHint: "此操作无法撤销。",
  copy: "复制",
  copied: "已复制",
  byHand: "已选中，请按 Ctrl+C",
  leaveAsk: "不保存就离开？",
  leaveHint: "此处的修改尚未保存。",
  leave: "离开",
  stay: "留在此页",
  loading: "加载中…",
  chooseColour: "选择颜色",
};

export const formWords: Dictionary<FormSaying> = { en: english, zh: chinese };
