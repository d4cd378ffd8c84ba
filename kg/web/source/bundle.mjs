// node bundle.mjs [FOLDER]: what pages run, with all that it needs, and the licences of it -> FOLDER, ../static if none is given.
// The same sources and the same package-lock.json give the same bytes.

import { mkdir, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

import { build } from "esbuild";

import { amend } from "./amend.mjs";
import { gatherLicences } from "./licences.mjs";

const HERE = import.meta.dirname;
const ENTRIES = ["chart.js", "network.js", "editor.js", "editor.css"];

// Paths are relative to this folder, so that nothing in a bundle depends on where it is made.
const options = {
  absWorkingDir: HERE,
  entryPoints: ENTRIES,
  outdir: "static",
  bundle: true,
  write: false,
  metafile: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  legalComments: "none",
  target: ["chrome120", "firefox121", "safari17"],
  plugins: [amend],
  logLevel: "warning",
};

const folder = resolve(process.argv[2] ?? join(HERE, "..", "static"));
await mkdir(folder, { recursive: true });
const { outputFiles, metafile } = await build(options);
for (const { path, contents } of outputFiles) await writeFile(join(folder, basename(path)), contents);
await writeFile(join(folder, "LICENSES.txt"), await gatherLicences(HERE, Object.keys(metafile.inputs)));
