#!/bin/bash
# @extractus/feed-extractor of npm takes what looks like a number in a feed for one, also in a title, a text or an id, and
# writes it anew: the title 007 becomes 7, 1e3 becomes 1000, 0x1F becomes 31, a text 1.10 becomes 1.1. Two entries with the ids 0012 and
# 12 get the same id, so that a program that remembers ids never shows the second. rss-parser of npm gives them as written.
#
# Software: npm packages pinned below. Expected: the titles and the ids come back changed. Exit 0: still so. Exit 1: it behaves
# otherwise now. Exit 3: the packages cannot be had. Needs node 20 with npm, and the network.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @extractus/feed-extractor@8.0.3 rss-parser@3.13.0 >npm 2>&1 || { cat npm >&2; exit 3; }
cat >read.mjs <<'JS'
import fs from "node:fs";
import { extractFromXml } from "@extractus/feed-extractor";
import RssParser from "rss-parser";

const version = (name) => JSON.parse(fs.readFileSync(`node_modules/${name}/package.json`)).version;
// Title, id, text.
const written = [["007", "0012", "A film"], ["1e3", "12", "A number"], ["0x1F", "31a", "1.10"]];
const items = written.map(([title, id, text]) => `<item><title>${title}</title><link>https://example.org/${id}/</link>
  <guid isPermaLink="false">${id}</guid><pubDate>Sat, 28 Nov 2026 08:00:00 GMT</pubDate><description>${text}</description></item>`);
const xml = `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Notes</title><link>https://example.org/</link><description>A blog</description>
${items.join("\n")}
</channel></rss>`;

const other = (await new RssParser().parseString(xml)).items.map((item) => [item.title, item.guid, item.content]);
const read = extractFromXml(xml).entries.map((entry) => [entry.title, entry.id, entry.description]);
console.log(`written: ${JSON.stringify(written)}`);
console.log(`rss-parser ${version("rss-parser")}: ${JSON.stringify(other)}`);
console.log(`feed-extractor ${version("@extractus/feed-extractor")}: ${JSON.stringify(read)}`);
const expected = [["7", "12", "A film"], ["1000", "12", "A number"], ["31", "31a", "1.1"]];
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const asDescribed = same(other, written) && same(read, expected);
console.log("rule: a guid is a string, title and description are text (RSS 2.0)");
console.log(`seen: ${asDescribed ? "as described" : "NOT as described; a package has changed"}`);
process.exit(asDescribed ? 0 : 1);
JS
node read.mjs
