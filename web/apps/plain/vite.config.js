import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const page = (name) => fileURLToPath(new URL(`${name}.html`, import.meta.url));

// The server hands out visitor.html under /visitor, agent.html under /agent, and what they load
// under /assets.
export default defineConfig({
  base: "/",
  build: {
    outDir: "dist",
    assetsDir: "assets",
    emptyOutDir: true,
    sourcemap: true,
    rolldownOptions: { input: { visitor: page("visitor"), agent: page("agent") } },
  },
});
