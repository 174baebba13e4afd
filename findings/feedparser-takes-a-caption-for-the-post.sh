#!/bin/bash
# An RSS item may hold its own description and, in `media:content`, a picture with a description of its own (Media RSS). For
# feedparser of Python both are the entry's summary, and the first one wins: with the picture in front, the post's summary is
# the picture's caption, and the post's own description becomes a "plain text" in `content`, before the full text, where
# programs look for `content[0]`. With the same elements in the other order all is as one would expect. The order
# of an item's elements has no meaning in RSS, and generators differ in it.
#
# Software: feedparser as pinned below, from PyPI. Expected: the two items, equal but for the order of their elements, get
# two summaries. Exit 0: still so. Exit 1: it behaves otherwise now. Exit 3: the package cannot be had. Needs python3 with venv,
# and the network.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check feedparser==6.0.14 || exit 3
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import feedparser

PICTURE = """<media:content url="https://example.org/oven.jpg" medium="image" type="image/jpeg">
  <media:description>The oven, seen from the square</media:description></media:content>"""
POST = """<description>The oven is lit again.</description>
  <content:encoded><![CDATA[<p>The oven is lit again. All came.</p>]]></content:encoded>"""


def read(*elements):
    feed = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Notes</title><link>https://example.org/</link><description>A blog</description>
<item><title>The oven</title><link>https://example.org/oven/</link><guid>https://example.org/oven/</guid>
  <pubDate>Sat, 28 Nov 2026 08:00:00 GMT</pubDate>
  %s
</item></channel></rss>""" % "\n  ".join(elements)
    parsed = feedparser.parse(feed)
    assert not parsed.bozo, parsed.bozo_exception
    entry = parsed.entries[0]
    return entry.summary, [(part.type, part.value) for part in entry.content]


print("feedparser", feedparser.__version__)
first, after = read(POST, PICTURE), read(PICTURE, POST)
for order, (summary, content) in (("post, picture", first), ("picture, post", after)):
    print(f"{order}: summary {summary!r}")
    for part in content:
        print(f"               content {part}")
print("rule: a media:description tells of the media object that it stands in (Media RSS 1.5.1), a description of the item")
as_described = first[0] == "The oven is lit again." and len(first[1]) == 1
as_described = as_described and after[0] == "The oven, seen from the square" and after[1][0] == ("text/plain", "The oven is lit again.")
print("seen:", "as described" if as_described else "NOT as described; feedparser has changed")
sys.exit(0 if as_described else 1)
PYTHON
