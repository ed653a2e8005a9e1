import { defineConfig } from "vite";

const server = process.env.AIRDESK ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/console/",
  server: { proxy: { "/api": server, "/socket": { target: server, ws: true } } },
  // The server puts a word of its own, new for each answer, in this one's place.
  html: { cspNonce: "AIRDESK-STYLE-NONCE" },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    emptyOutDir: true,
    sourcemap: true,
    manifest: true,
    // Every style is a file, but for those of the components, which carry the nonce.
    assetsInlineLimit: 0,
    // What counts is tested: test/first_screen.test.ts.
    chunkSizeWarningLimit: 2_000,
    modulePreload: { polyfill: false },
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    rolldownOptions: {
      // "use client" in the libraries is a word for servers that draw React; there is none here.
      onLog(level, log, report) {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") report(level, log);
      },
    },
  },
});
