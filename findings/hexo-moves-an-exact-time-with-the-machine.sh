#!/bin/bash
# A date in the front matter of a Hexo post may name its zone: `2026-11-01T23:30:00Z` is one instant, whoever reads it. Hexo
# reads it in YAML, takes the clock of that instant in UTC, and means that clock in the zone of the machine that builds. So the
# same source, built in Paris, in Tokyo and by a CI machine in UTC, gives feeds with three different instants; a reader who
# got the first sees the post re-dated when the blog moves to CI. A zone of its own, `+09:00`, changes nothing about that.
#
# Software: npm packages pinned below. Expected: both posts, one instant written in two zones, agree within a build; builds in
# three zones differ by the zones' offsets. Exit 0: still so. Exit 1: it behaves otherwise now. Exit 3: the packages cannot
# be had. Needs node 20 with npm, and the network.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"blog","private":true,"hexo":{"version":"8.1.2"}}' >package.json
npm install --no-audit --no-fund --ignore-scripts hexo@8.1.2 hexo-generator-feed@3.0.0 hexo-renderer-marked@6.3.0 >npm 2>&1 ||
    { cat npm >&2; exit 3; }
mkdir -p source/_posts
cat >_config.yml <<'YAML'
title: Notes
url: https://example.org
permalink: :title/
feed: { type: atom, path: atom.xml }
YAML
printf -- '---\ntitle: utc\ndate: 2026-11-01T23:30:00Z\n---\nText.\n' >source/_posts/utc.md
printf -- '---\ntitle: tokyo\ndate: 2026-11-02T08:30:00+09:00\n---\nText.\n' >source/_posts/tokyo.md

echo "hexo $(node -p 'require("hexo/package.json").version'), hexo-generator-feed $(node -p 'require("hexo-generator-feed/package.json").version')"
seen=
for zone in UTC Europe/Paris Asia/Tokyo; do
    rm -rf public db.json
    TZ=$zone node_modules/.bin/hexo generate --silent
    published=$(sed -n 's/.*<published>\(.*\)<\/published>.*/\1/p' public/atom.xml)
    echo "built with TZ=$zone:" $published
    seen+="$(sort -u <<<"$published") "
done
echo "rule: a time with a zone is an instant (YAML 1.1 timestamps, RFC 3339); both posts are of 2026-11-01T23:30:00Z"
if [ "$seen" = "2026-11-01T23:30:00.000Z 2026-11-01T22:30:00.000Z 2026-11-01T14:30:00.000Z " ]; then
    echo "seen: as described"
else
    echo "seen: NOT as described; Hexo has changed"; exit 1
fi
