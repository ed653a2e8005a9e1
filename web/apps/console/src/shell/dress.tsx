import { App, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useEffect, useSyncExternalStore, type ReactNode } from "react";
import { usePreferences } from "./parts.tsx";
import { styleNonce } from "./style_nonce.ts";
import { themeOf } from "./theme.ts";

const DARK = "(prefers-color-scheme: dark)";

/** True while the console is dark: by the person's choice, else as the device is. */
export function useDark(): boolean {
  const { look } = usePreferences();
  const device = useSyncExternalStore(
    (listener) => {
      const query = matchMedia(DARK);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => matchMedia(DARK).matches,
  );
  return look === "auto" ? device : look === "dark";
}

/** Gives everything inside it the person's language and look. */
export function Dress({ children }: { children: ReactNode }) {
  const { language, look } = usePreferences();
  const isDark = useDark();
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.documentElement.dataset["look"] = look;
  }, [language, look]);
  return (
    <ConfigProvider
      theme={themeOf(isDark)}
      locale={language === "zh" ? zhCN : enUS}
      csp={{ nonce: styleNonce }}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
    >
      <App component={false} message={{ maxCount: 3 }}>
        {children}
      </App>
    </ConfigProvider>
  );
}
