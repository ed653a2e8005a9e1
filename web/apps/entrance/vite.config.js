import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const PAGES = ["setup", "login", "invite", "enter"];
const page = (name) => fileURLToPath(new URL(`${name}.html`, import.meta.url));

// The server hands out NAME.html under /NAME and what they load under /entrance/assets. `vite` alone
// serves the same addresses, and asks a running server for all else.
const named = {
  name: "pages-without-html",
  configureServer(server) {
    server.middlewares.use((request, _, next) => {
      const name = /^\/(\w+)/.exec(request.url)?.[1];
      if (PAGES.includes(name)) request.url = `/entrance/${name}.html`;
      next();
    });
  },
};

export default defineConfig({
  base: "/entrance/",
  plugins: [named],
  server: {
    proxy: {
      "/api": process.env.AIRDESK ?? "http://127.0.0.1:8000",
      "/socket": { target: process.env.AIRDESK ?? "http://127.0.0.1:8000", ws: true },
    },
  },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    emptyOutDir: true,
    sourcemap: true,
    // Every style is a file: the policy of the pages forbids anything inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    rolldownOptions: { input: Object.fromEntries(PAGES.map((name) => [name, page(name)])) },
  },
});
