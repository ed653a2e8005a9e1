import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// What owners see beside the settings. It is drawn by the widget's own code, but no visitor pays
// for it, so it is built into a folder of its own.
const folder = (name) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  root: folder("preview"),
  base: "/widget/preview/",
  build: {
    outDir: folder("preview/dist"),
    assetsDir: "assets",
    emptyOutDir: true,
    modulePreload: false,
    rolldownOptions: { input: [folder("preview/site.html"), folder("preview/chat.html")] },
  },
});
