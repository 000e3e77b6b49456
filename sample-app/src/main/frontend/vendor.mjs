// Bundles the unmodified client for the plain page, which needs no Node, with the licences of what is in it:
// node vendor.mjs <directory>
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

// Validation messages in 50 languages, which nobody sees, are half of the bundle
const englishOnly = {
  name: "english-only",
  setup: (bundle) =>
    bundle.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
    })),
};

const directory = process.argv[2];
const { metafile } = await build({
  stdin: { contents: 'export { createClient } from "rivetkit/client";', resolveDir: "." },
  outfile: join(directory, "rivetkit-client.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  banner: { js: "/* rivetkit/client of npm, bundled. Licences: rivetkit-client.licences.txt */" },
  metafile: true,
  plugins: [englishOnly],
});

const packages = new Set(
  Object.keys(metafile.inputs).flatMap((file) => file.match(/node_modules\/(@[^/]+\/)?[^/]+(?=\/)/g)?.at(-1) ?? []),
);
const licences = [...packages].sort().map((path) => {
  const { name, version, license = "no licence given" } = JSON.parse(readFileSync(join(path, "package.json")));
  const texts = readdirSync(path).filter((file) => /^licen[cs]e/i.test(file));
  return [`${name} ${version}: ${license}`, ...texts.map((file) => readFileSync(join(path, file), "utf8").trim())];
});
const rule = "-".repeat(80);
writeFileSync(
  join(directory, "rivetkit-client.licences.txt"),
  licences.map((parts) => parts.join("\n\n") + "\n").join(`\n${rule}\n\n`).replaceAll("\r", ""),
);
