#!/bin/bash
# An Atom entry may carry its text as XHTML (`<content type="xhtml">`, RFC 4287 3.1.1.3). rss-parser of npm gives it back with its
# parts in another order: bare text first, then the elements, those of one name together, and headings after all paragraphs.
# The words stay, what they say does not; nothing warns. feedparser of npm gives the same feed's text as it stands.
#
# Software: npm packages pinned below. Expected: feedparser keeps the order, rss-parser does not. Exit 0: still so. Exit 1: it
# behaves otherwise now. Exit 3: the packages cannot be had. Needs node 20 with npm, and the network.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund rss-parser@3.13.0 feedparser@2.6.0 >npm 2>&1 || { cat npm >&2; exit 3; }
cat >feed.xml <<'XML'
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>Recipes</title>
  <id>https://example.org/</id>
  <updated>2026-11-28T08:00:00Z</updated>
  <author><name>Helen</name></author>
  <entry>
    <title>Bread</title>
    <id>https://example.org/bread/</id>
    <link href="https://example.org/bread/"/>
    <updated>2026-11-28T08:00:00Z</updated>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Do <b>not</b> add <i>salt</i> before the dough has <b>rested</b>.</p><h2>Baking</h2><p>Bake it for an hour.</p></div></content>
  </entry>
</feed>
XML
cat >read.mjs <<'JS'
import fs from "node:fs";
import { Readable } from "node:stream";
import RssParser from "rss-parser";
import FeedParser from "feedparser";

const version = (name) => JSON.parse(fs.readFileSync(`node_modules/${name}/package.json`)).version;
const words = (html) => html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").replace(/ \./g, ".").trim();
const xml = fs.readFileSync("feed.xml", "utf8");

const other = await new Promise((resolve, reject) => {
  const parser = new FeedParser({});
  parser.on("error", reject).on("readable", function () {
    const item = this.read();
    if (item) resolve(item.description);
  });
  Readable.from([xml]).pipe(parser);
});
const item = (await new RssParser().parseString(xml)).items[0];

console.log(`feedparser ${version("feedparser")}: ${words(other)}`);
console.log(`rss-parser ${version("rss-parser")}: ${words(item.content)}`);
console.log(`  its HTML: ${item.content}`);
const said = "Do not add salt before the dough has rested. Baking Bake it for an hour.";
const asDescribed = words(other) === said && words(item.content) !== said
  && words(item.content).split(" ").length > 10 && item.content.indexOf("Baking") > item.content.indexOf("Bake it");
console.log("rule: the content is the XHTML inside the div (RFC 4287 3.1.1.3); the order of text and elements is part of it");
console.log(`seen: ${asDescribed ? "as described" : "NOT as described; a package has changed"}`);
process.exit(asDescribed ? 0 : 1);
JS
node read.mjs
