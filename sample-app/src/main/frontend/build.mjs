// Builds the chat in React: node build.mjs <directory>
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const directory = process.argv[2];
await build({
  entryPoints: ["chat.tsx"],
  outdir: directory,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});
copyFileSync("index.html", join(directory, "index.html"));
