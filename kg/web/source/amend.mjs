// What has to differ in packages, as a plugin of esbuild. Each change names the text that it replaces; where a new version
// of the package lacks that text, bundling fails, so that somebody looks at it.

import { readFile } from "node:fs/promises";

const CHANGES = [];

export const amend = {
  name: "amend",
  setup(build) {
    build.onLoad({ filter: /node_modules/ }, async ({ path }) => {
      const changes = CHANGES.filter(({ file }) => path.endsWith(file));
      if (changes.length === 0) return undefined;
      let contents = await readFile(path, "utf8");
      for (const { before, after } of changes) {
        if (!contents.includes(before)) throw new Error(`${path} lacks ${before}`);
        contents = contents.replaceAll(before, after);
      }
      return { contents, loader: path.endsWith(".css") ? "css" : "js" };
    });
  },
};
