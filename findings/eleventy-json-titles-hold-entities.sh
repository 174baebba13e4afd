#!/bin/bash
# Eleventy's own feed plugin writes Atom, RSS and JSON Feed from one collection. A title in Atom and RSS is escaped, as XML
# wants it; the JSON Feed gets the same escaped text, in a field that JSON Feed calls plain text. A reader of the JSON Feed
# shows `Today&#39;s bread &amp; butter`, a reader of the two others shows the title.
#
# Software: npm packages pinned below. Expected: what a parser makes of the titles differs between JSON and XML. Exit 0: still so.
# Exit 1: it behaves otherwise now. Exit 3: the packages cannot be had. Needs node 20 with npm, python3, and the network.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"blog","private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --ignore-scripts @11ty/eleventy@3.1.8 @11ty/eleventy-plugin-rss@3.0.0 >npm 2>&1 || { cat npm >&2; exit 3; }
cat >eleventy.config.js <<'JS'
import { feedPlugin } from "@11ty/eleventy-plugin-rss";

export default function (config) {
  for (const type of ["json", "atom", "rss"]) {
    config.addPlugin(feedPlugin, {
      type,
      outputPath: `/feed.${type}`,
      collection: { name: "posts", limit: 10 },
      metadata: { language: "en", title: "Notes", subtitle: "A blog", base: "https://example.org/", author: { name: "Ann" } },
    });
  }
}
JS
mkdir posts
cat >posts/bread.md <<'MD'
---
title: Today's bread & butter
date: 2026-11-28
tags: posts
---
Fresh at seven.
MD
node_modules/.bin/eleventy --quiet >build 2>&1 || { cat build >&2; exit 3; }
echo "eleventy $(node_modules/.bin/eleventy --version), plugin $(sed -n 's/^ *"version": "\(.*\)",/\1/p' node_modules/@11ty/eleventy-plugin-rss/package.json)"
python3 - <<'PYTHON'
import json
import sys
import xml.etree.ElementTree as tree

said = {
    "JSON": json.load(open("_site/feed.json"))["items"][0]["title"],
    "Atom": tree.parse("_site/feed.atom").find("{*}entry/{*}title").text,
    "RSS": tree.parse("_site/feed.rss").find("channel/item/title").text,
}
for kind, title in said.items():
    print(f"{kind}: {title}")
print("rule: title (optional, string) is plain text (JSON Feed 1.1)")
title = "Today's bread & butter"
as_described = said == {"JSON": "Today&#39;s bread &amp; butter", "Atom": title, "RSS": title}
print("seen:", "as described" if as_described else "NOT as described; the plugin has changed")
sys.exit(0 if as_described else 1)
PYTHON
