import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// The server hands out frame.html under /widget/frame and /chat/{inbox}, and what it loads under
// /widget/assets.
export default defineConfig({
  base: "/widget/",
  build: {
    outDir: "dist",
    assetsDir: "assets",
    emptyOutDir: true,
    modulePreload: false,
    // The licence of what is bundled is in the repository; comments would cost every visitor.
    rolldownOptions: { input: fileURLToPath(new URL("frame.html", import.meta.url)) },
  },
});
