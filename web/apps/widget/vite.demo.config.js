import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// The demo shop is no part of the widget, so it is built into a folder of its own.
const folder = (name) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  root: folder("demo"),
  base: "/demo/",
  build: { outDir: folder("demo/dist"), assetsDir: "assets", emptyOutDir: true },
});
