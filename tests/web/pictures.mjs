// node pictures.mjs BASE < PLAN: takes pictures of pages; the plan is JSON: the size of the view, and for each its path, file and what to wait for.

import { readFile } from "node:fs/promises";

import { launch } from "./browser.mjs";

const { view, shots } = JSON.parse(await readFile("/dev/stdin", "utf-8"));
const browser = await launch();
try {
  const page = await browser.newPage({ viewport: view, colorScheme: "light" });
  for (const { path, file, ready } of shots) {
    await page.goto(process.argv[2] + path);
    if (ready) await page.waitForSelector(ready);
    await page.screenshot({ path: file });
  }
} finally {
  await browser.close();
}
