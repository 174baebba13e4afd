#!/bin/bash
# Roundcube shows a mail's HTML inside its own page. It turns `<body>` into `<div class="rcmBody">` and binds each rule of the
# mail's stylesheet to that class. Attributes of the body are taken over, so a body with a class of its own gets that one
# instead, and none of the rules holds any more: no dark colours, no widths for phones, whatever stands in `<style>`.
#
# Software: Roundcube and PHP of Debian 12, pinned below, unpacked into a temporary folder; Roundcube's own function that
# prepares a mail for display is called on a mail whose body has no class and on the same mail with one.
# Expected: both stylesheets are bound to `div.rcmBody`; only the first mail has such an element. Exit 0: still so. Exit 1:
# it behaves otherwise now. Exit 3: the packages cannot be had. Needs apt for Debian 12 on amd64.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../tests/packages.sh"
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
packages=(roundcube-core=1.6.5+dfsg-1+deb12u13 php8.2-cli=8.2.36-1~deb12u1 php8.2-common=8.2.36-1~deb12u1
    php8.2-mbstring=8.2.36-1~deb12u1 php8.2-xml=8.2.36-1~deb12u1 php-masterminds-html5=2.7.6+dfsg-1
    libargon2-1 libedit2 libicu72 libmagic1 libonig5 libsodium23 libxml2 libxslt1.1)
unpack "$folder" "${packages[@]}" 2>"$folder/apt" || { cat "$folder/apt" >&2; echo "these packages cannot be had: ${packages[*]}" >&2; exit 3; }
root=$folder/root
mkdir -p "$folder/config" "$folder/temp"
cp "$root/etc/roundcube/defaults.inc.php" "$folder/config/"
cat > "$folder/config/config.inc.php" <<PHP
<?php
\$config['db_dsnw'] = 'sqlite:///$folder/none.db';
\$config['temp_dir'] = '$folder/temp/';
\$config['log_driver'] = 'stdout';
PHP
cat > "$folder/show.php" <<'PHP'
<?php
define('INSTALL_PATH', getenv('ROUNDCUBE') . '/');
require INSTALL_PATH . 'program/include/clisetup.php';

// There is no page around the mail here.
class Page
{
    public function asset_url($path) { return $path; }
    public function __call($name, $arguments) { return null; }
}
rcmail::get_instance()->output = new Page;

// The arguments that program/actions/mail/show.php gives.
function show($body)
{
    $mail = '<!doctype html><html><head><title>Hello</title><style>p.note { color: #123456; }</style></head>'
        . $body . '<p class="note">Good morning.</p></body></html>';
    $shown = rcmail_action_mail_index::wash_html($mail, ['safe' => false, 'css_prefix' => 'v1', 'body_class' => 'rcmBody',
        'container_id' => 'message-htmlpart1', 'container_attrib' => ['id' => 'message-htmlpart1']], []);
    $shown = preg_replace('/<!--.*?-->/', '', $shown);
    $bound = strpos($shown, 'div.rcmBody p.v1note') !== false;
    $there = strpos($shown, 'class="rcmBody"') !== false;
    echo $body, "\n  ", $shown, "\n  its rule is bound to div.rcmBody: ", $bound ? 'yes' : 'no',
        '; there is such an element: ', $there ? 'yes' : 'no', "\n";
    return [$bound, $there];
}
echo 'Roundcube ', RCMAIL_VERSION, ', PHP ', PHP_VERSION, "\n";
$bare = show('<body>');
$own = show('<body class="page">');
echo "rule: a class names an element for the sender's own stylesheet (HTML 3.2.6); it takes nothing away\n";
$as_described = $bare == [true, true] && $own == [true, false];
echo 'seen: ', $as_described ? 'as described' : 'NOT as described; Roundcube has changed', "\n";
exit($as_described ? 0 : 1);
PHP
extensions=(); for name in ctype dom iconv fileinfo mbstring pdo simplexml tokenizer; do
    [ -f "$root/usr/lib/php/20220829/$name.so" ] && extensions+=(-d "extension=$name")
done
LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu ROUNDCUBE=$root/usr/share/roundcube ROUNDCUBE_CONFIG_DIR=$folder/config \
    "$root/usr/bin/php8.2" -n -d display_errors=stderr -d error_reporting=8191 -d "extension_dir=$root/usr/lib/php/20220829" "${extensions[@]}" \
    -d "include_path=$root/usr/share/php" "$folder/show.php"
