// Chromium for the tests: started without a way out, and with notes of what goes wrong in a page and of what it asks of other hosts.

import { chromium } from "playwright-core";

export const LOOPBACK = "127.0.0.1";
// WebGL by the processor, since test machines have no graphics card; names lead nowhere, so that nothing can go out.
const ARGS = [
  "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${LOOPBACK}`,
];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ARGS });

export function watch(page) {
  const notes = { errors: [], outward: [] };
  page.on("console", (message) => message.type() === "error" && notes.errors.push(message.text()));
  page.on("pageerror", (error) => notes.errors.push(String(error)));
  page.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol !== "data:" && hostname !== LOOPBACK) notes.outward.push(request.url());
  });
  return notes;
}
