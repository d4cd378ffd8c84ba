// The files of a bundle -> the licences of the packages that they are from, as one text.

import { readFile, readdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const RULE = "=".repeat(80);
const HEAD = "Packages that are part of the scripts and styles of this folder, with their licences.\n";
// For packages that name their licence and come without its text.
const TEXTS = {
  MIT: `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
};

export async function gatherLicences(folder, inputs) {
  const nameOf = (path) => PACKAGE.exec(path)?.[1];
  const own = new Set(inputs.map(nameOf));
  const inner = await Promise.all(inputs.map((input) => listInner(join(folder, input))));
  const names = new Set([...own, ...inner.flat().map(nameOf)].filter(Boolean));
  const parts = [];
  for (const name of [...names].sort()) parts.push(await describe(join(folder, "node_modules", name), own.has(name)));
  return [HEAD, ...parts].join(`\n${RULE}\n\n`);
}

// A file that is a bundle itself: its source map, which is not published with ours, tells what it was made from.
async function listInner(path) {
  const map = `${path}.map`;
  return existsSync(map) ? JSON.parse(await readFile(map, "utf8")).sources : [];
}

// Of a package that another has in its own bundle nobody knows which version that is.
async function describe(folder, isOwn) {
  const { name, version, license, author, contributors = [] } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  if (texts.length === 0) {
    if (!(license in TEXTS)) throw new Error(`${name}: no text of the licence ${license}`);
    const holders = [author, ...contributors].map((one) => one?.name ?? one).filter(Boolean);
    texts.push(`Copyright (c) ${holders.join(", ")}\n\n${TEXTS[license]}`);
  }
  const heading = [name, isOwn ? version : "", license ? `(${license})` : ""].filter(Boolean).join(" ");
  return `${heading}\n\n${texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n")}\n`;
}
