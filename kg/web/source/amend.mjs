// What has to differ in packages, as a plugin of esbuild: a text in the place of another, or of all from one text up to another.
// Where a new version of a package lacks one of these, bundling fails, so that somebody looks at it.

import { readFile } from "node:fs/promises";

const YASGUI = "@zazuko/yasgui/build/yasgui.esm.js";
const CHANGES = [
  // A list of prefixes from everywhere, some with addresses that nobody wants here; the page gives its own.
  { file: YASGUI, from: "madsrdf = ", upTo: "tokenTypes = {", after: "" },
  {
    file: YASGUI,
    before: 'console.warn("Could not fetch prefixes, using bundled prefixes instead", e), prefixes_default)) : Promise.resolve(prefixes_default)',
    after: "console.warn(e), {})) : Promise.resolve({})",
  },
  // Completion that asks a host elsewhere; the page gives its own here as well.
  { file: YASGUI, before: 'return fetchFromLov(e, "property", t);', after: "return Promise.resolve([]);" },
  { file: YASGUI, before: 'return fetchFromLov(e, "class", t);', after: "return Promise.resolve([]);" },
  { file: YASGUI, from: "${r}lov.", upTo: "${o.toString()}", after: "" },
  // Endpoints elsewhere as defaults.
  { file: YASGUI, before: 'endpoint: "https://dbpedia.org/sparql",', after: 'endpoint: "/sparql",' },
  { file: YASGUI, from: '[{ endpoint: "https://dbpedia.org/sparql" }', upTo: ",\n\t\t\tkeys: []", after: "[]" },
  // The policy of the pages forbids styles in markup: those of resized columns stand in editor.css, the underline is an element.
  { file: YASGUI, from: 'l(this, "createStyle", (function(e, n) {', upTo: ', l(this, "extendOptions"', after: 'l(this, "createStyle", (function() {}))' },
  { file: YASGUI, before: `"<strong style='text-decoration:underline'>" + escape$1(e) + "</strong>"`, after: '"<u>" + escape$1(e) + "</u>"' },
  // What screen readers need: names for what has none, and nothing but tabs in the list of tabs.
  { file: YASGUI, before: 'this.tableSizeField.className = "tableSizer"', after: 'this.tableSizeField.className = "tableSizer", this.tableSizeField.ariaLabel = "page size"' },
  { file: YASGUI, before: 'e.setAttribute("aria-label", "Add a new tab")', after: 'e.setAttribute("aria-label", "+ adds a tab"), e.setAttribute("role", "tab")' },
];

function change(contents, { before, from, upTo, after }) {
  const begin = contents.indexOf(before ?? from);
  const end = before ? begin + before.length : contents.indexOf(upTo, begin);
  if (begin < 0 || end < 0) throw new Error(`no longer there: ${before ?? `${from} … ${upTo}`}`);
  return contents.slice(0, begin) + after + contents.slice(end);
}

export const amend = {
  name: "amend",
  setup(build) {
    build.onLoad({ filter: /node_modules.*\.js$/ }, async ({ path }) => {
      const changes = CHANGES.filter(({ file }) => path.endsWith(file));
      return changes.length > 0 ? { contents: changes.reduce(change, await readFile(path, "utf8")) } : undefined;
    });
  },
};
