// node gexf.mjs FILE FOLDER DATE...: what Chromium shows of a GEXF file on each date, as JSON; pictures go to the folder.
// CHROMIUM says where the browser is; with LABELS=1 every label is drawn.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

import { build } from "esbuild";

import { LOOPBACK, launch, watch } from "./browser.mjs";

const HERE = import.meta.dirname;
const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", gexf: "application/xml" };
async function bundle() {
  const result = await build({ entryPoints: [join(HERE, "gexf.js")], bundle: true, write: false, format: "iife", logLevel: "error" });
  return result.outputFiles[0].contents;
}

// A server of the page, its script and the file, at a port that is free.
async function serve(file) {
  const pages = { "/": await readFile(join(HERE, "gexf.html")), "/gexf.js": await bundle(), "/graph.gexf": await readFile(file) };
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    const type = TYPES[path.split(".")[1] ?? "html"];
    response.writeHead(path in pages ? 200 : 404, { "content-type": type ?? "text/plain" }).end(pages[path]);
  });
  await new Promise((listening) => server.listen(0, LOOPBACK, listening));
  return server;
}

async function visit(page, address, folder, dates) {
  await page.goto(address);
  await page.waitForFunction(() => window.gexf !== undefined);
  const { all, look } = await page.evaluate(() => ({ all: window.gexf?.all, look: window.gexf?.look() }));
  const shown = [];
  for (const date of ["", ...dates]) {
    await page.fill("#date", date);
    await page.dispatchEvent("#date", "change");
    await page.screenshot({ path: join(folder, `${date || "all"}.png`) });
    shown.push(await page.evaluate(() => window.gexf?.shown()));
  }
  return { all, look, shown };
}

async function main(file, folder, ...dates) {
  const server = await serve(file);
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const notes = watch(page);
    const query = process.env.LABELS ? "?labels" : "";
    const seen = await visit(page, `http://${LOOPBACK}:${server.address().port}/${query}`, folder, dates);
    console.log(JSON.stringify({ ...seen, ...notes }));
  } finally {
    await browser.close();
    server.close();
  }
}

await main(...process.argv.slice(2));
