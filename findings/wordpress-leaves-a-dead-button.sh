#!/bin/bash
# WordPress takes <form> and <input> out of what a user without the right unfiltered_html saves, and leaves <label> and
# <button>: the page then shows a sign-up form whose button does nothing, and nobody is told. Whoever saves the page next
# decides, so a form that an administrator put there dies when an author mends a comma.
#
# Software: WordPress as packaged by Debian 12, pinned below; its own filter (wp_kses_post) runs under php-cli. Expected: of a
# form with a label, two inputs and a button, the label and the button are left; a link stays whole. Exit 0: still so.
# Exit 1: it behaves otherwise now. Needs apt for Debian 12, dpkg and php (cli).
set -euo pipefail
version=6.1.9+dfsg1-0+deb12u1
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"; cd "$folder"
apt-get download "wordpress=$version" >/dev/null 2>&1 || { echo "this package cannot be had: wordpress=$version" >&2; exit 3; }
dpkg -x wordpress_*.deb .
echo "WordPress $version, $(php -r 'echo "PHP ", PHP_VERSION;')"

cat >filter.php <<'PHP'
<?php
define('ABSPATH', getcwd() . '/usr/share/wordpress/');
foreach (['compat', 'plugin', 'formatting', 'kses'] as $part) require ABSPATH . "wp-includes/$part.php";
// What the filter asks of the parts that are not loaded.
function wp_allowed_protocols() { return ['http', 'https', 'mailto']; }
function get_option($name) { return 'UTF-8'; }
function wp_parse_url($url, $part = -1) { return parse_url($url, $part); }
echo preg_replace('/\s+/', ' ', trim(wp_kses_post(stream_get_contents(STDIN))));
PHP

form='<form method="post" action="https://news.example.org/n/carnet"><label for="a">Address</label>
<input id="a" type="email" name="email"><input type="hidden" name="lang" value="fr"><button>Subscribe</button></form>'
link='<a href="https://news.example.org/n/carnet">Subscribe</a>'
of_form=$(printf '%s' "$form" | php filter.php) of_link=$(printf '%s' "$link" | php filter.php)
echo "left of the form: $of_form"
echo "left of the link: $of_link"
[ "$of_form" = '<label for="a">Address</label> <button>Subscribe</button>' ] && [ "$of_link" = "$link" ] ||
    { echo "it behaves otherwise now"; exit 1; }
