import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// One classic script without a name in the global scope but its own: a site loads it by a plain
// <script>. It lies beside the frame, which was built before.
export default defineConfig({
  build: {
    outDir: "dist",
    emptyOutDir: false,
    copyPublicDir: false,
    lib: {
      entry: fileURLToPath(new URL("src/loader/loader.ts", import.meta.url)),
      formats: ["iife"],
      name: "airdeskLoader",
      fileName: () => "widget.js",
    },
  },
});
