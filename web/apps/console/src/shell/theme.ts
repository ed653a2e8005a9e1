/** The look of the components, in the colours of `packages/staff/src/style/tokens.css`. */

import { theme, type ThemeConfig } from "antd";

const LETTERS =
  'system-ui, -apple-system, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei", ' +
  '"Noto Sans CJK SC", sans-serif';

/** Without motion the components must know it: what waits for the end of one would wait for good. */
const isStill = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;

const shared = {
  motion: !isStill,
  fontFamily: LETTERS,
  fontSize: 14,
  borderRadius: 8,
  borderRadiusSM: 6,
  controlHeight: 34,
  controlHeightSM: 28,
  wireframe: false,
  motionDurationMid: "0.12s",
  motionDurationSlow: "0.16s",
  boxShadow: "0 1px 2px rgb(16 24 40 / 6%), 0 12px 32px rgb(16 24 40 / 14%)",
  boxShadowSecondary: "0 1px 2px rgb(16 24 40 / 6%), 0 12px 32px rgb(16 24 40 / 14%)",
} as const;

const components = {
  Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none", fontWeight: 500 },
  Tooltip: { fontSize: 12 },
  Dropdown: { paddingBlock: 6 },
} as const;

const light: ThemeConfig = {
  token: {
    ...shared,
    colorPrimary: "#2f62e0",
    // Under the pointer words are to be read as well: the components would make them lighter.
    colorPrimaryHover: "#2554c7",
    colorLinkHover: "#2554c7",
    colorErrorHover: "#a8232b",
    colorInfo: "#2f62e0",
    colorSuccess: "#14804a",
    colorWarning: "#a15c00",
    colorError: "#c42b33",
    colorTextBase: "#18212f",
    colorTextSecondary: "#566275",
    colorTextTertiary: "#5f6b7d",
    colorTextDescription: "#566275",
    colorTextPlaceholder: "#667286",
    colorBgLayout: "#f5f6f9",
    colorBorder: "#d3d9e3",
    colorBorderSecondary: "#e6eaf0",
    colorBgSpotlight: "#1d2736",
  },
  components,
};

const dark: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: {
    ...shared,
    colorPrimary: "#84a6ff",
    colorInfo: "#84a6ff",
    colorLink: "#8fb0ff",
    colorSuccess: "#4cc38a",
    colorWarning: "#e7ad4c",
    colorError: "#f2777c",
    colorTextBase: "#e8edf4",
    colorTextSecondary: "#a3afc0",
    colorTextTertiary: "#a3afc0",
    colorTextDescription: "#a3afc0",
    colorTextPlaceholder: "#8a97aa",
    colorBgBase: "#141a23",
    colorBgLayout: "#0f141c",
    colorBgContainer: "#171d27",
    colorBgElevated: "#1e2632",
    colorBorder: "#364253",
    colorBorderSecondary: "#2a3442",
    colorBgSpotlight: "#36445a",
    controlItemBgActive: "#1c2a49",
  },
  components: {
    ...components,
    Dropdown: { ...components.Dropdown, colorPrimary: "#8fb0ff" },
    Button: {
      ...components.Button,
      primaryColor: "#0b1220",
      dangerColor: "#0b1220",
      colorPrimary: "#7c9ff5",
      colorPrimaryHover: "#9bb7fa",
      colorPrimaryActive: "#6d92ee",
      colorError: "#f2777c",
      colorErrorHover: "#f79b9e",
    },
  },
};

/** The theme of the components. */
export function themeOf(isDark: boolean): ThemeConfig {
  return isDark ? dark : light;
}
