// node explorer.mjs BASE FOLDER < PLAN: what Chromium makes of the explorer at an address, as JSON.
//
// The plan is JSON: `looks` are pages to be looked at, each in as many of LOOKS as `ways` says, `walks` are lists of steps. A step is
// one of {open: PATH}, {fill: SELECTOR, with: TEXT}, {click: SELECTOR}, {press: KEY, on: SELECTOR}, {back: true}, {wait: SELECTOR} and
// {read: JAVASCRIPT}, whose value is kept. Pictures of the looks go to the folder.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

import { launch, watch } from "./browser.mjs";

const LOOKS = [
  { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { colorScheme: "light", viewport: { width: 390, height: 844 } },
];
const SEVERE = ["serious", "critical"];
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");

// What axe has against the page, as far as it is severe; its script is put in past the page's own policy.
async function judge(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  const severe = found.violations.filter((violation) => SEVERE.includes(violation.impact));
  return severe.map((violation) => ({ rule: violation.id, at: violation.nodes.slice(0, 5).map((node) => node.target.join(" ")) }));
}

async function look(browser, base, folder, { path, name, ready }, ways) {
  const seen = [];
  for (const options of LOOKS.slice(0, ways)) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const notes = watch(page);
    const begun = performance.now();
    const response = await page.goto(base + path);
    const loaded = performance.now() - begun;
    if (ready) await page.waitForSelector(ready);
    const look = `${options.colorScheme}-${options.viewport.width}`;
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: options.viewport.width < 1000 });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    seen.push({ look, status: response.status(), loaded, wider, violations: await judge(page), ...notes });
    await context.close();
  }
  return { path, name, seen };
}

async function step(page, base, { open, fill, with: text, click, press, on, back, wait, read }) {
  if (open) await page.goto(base + open);
  if (fill) await page.fill(fill, text);
  if (click) await page.click(click);
  if (press) await page.press(on, press);
  if (back) await page.goBack();
  if (wait) await page.waitForSelector(wait);
  return read ? [await page.evaluate(read)] : [];
}

async function walk(browser, base, { name, steps, viewport }) {
  const context = await browser.newContext({ viewport: viewport ?? LOOKS[0].viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const notes = watch(page);
  const read = [];
  for (const one of steps) {
    try {
      read.push(...(await step(page, base, one)));
    } catch (error) {
      throw new Error(`${name}, ${JSON.stringify(one)}: ${error}`, { cause: error });
    }
  }
  const ended = page.url().slice(base.length);
  await context.close();
  return { name, read, ended, ...notes };
}

async function main(base, folder) {
  const plan = JSON.parse(await readFile("/dev/stdin", "utf-8"));
  const browser = await launch();
  const told = { looks: [], walks: [] };
  try {
    for (const one of plan.looks) told.looks.push(await look(browser, base, folder, one, plan.ways));
    for (const one of plan.walks) told.walks.push(await walk(browser, base, one));
  } finally {
    await browser.close();
  }
  console.log(JSON.stringify(told));
}

await main(...process.argv.slice(2));
