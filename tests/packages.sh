# Debian's packages run as if they were installed, without installing them: for tests/receivers.sh and findings/*.sh, which
# source this. Needs root (a private view of the files) and a kernel with overlayfs.

# Downloads packages (NAME or NAME=VERSION) and lays them out as FOLDER/root.
unpack() { # FOLDER PACKAGE...
    local folder=$1 deb part; shift
    mkdir -p "$folder/debs" "$folder/root"
    (cd "$folder/debs" && apt-get download -o APT::Sandbox::User=root "$@" >&2) || return 1
    for deb in "$folder"/debs/*.deb; do dpkg -x "$deb" "$folder/root"; done
    # These are links on a Debian of today; a folder in their place would hide what they lead to.
    for part in lib bin sbin; do
        [ -d "$folder/root/$part" ] || continue
        mkdir -p "$folder/root/usr/$part"; cp -a "$folder/root/$part/." "$folder/root/usr/$part/"; rm -r "${folder:?}/root/$part"
    done
}

# The version of an unpacked package.
version_of() { # FOLDER PACKAGE
    dpkg-deb -f "$1"/debs/"$2"_*.deb Version
}

# Runs a command that sees this machine's files with the unpacked packages laid over them. What it writes is gone with it,
# except in DIR and in what SHOWN names. Puts itself in the background; its id, the last line of DIR/pid, ends it and all
# that it started.
alone() { # FOLDER DIR COMMAND...
    local root=$1/root d=$2; shift 2
    mkdir -p "$d"
    unshare --mount --pid --fork --kill-child=KILL -- bash -c '
        set -e
        root=$1 d=$2; shift 2
        over=$(mktemp -d); mount -t tmpfs tmpfs "$over"; mkdir "$over/work" "$over/all"
        if [ -d "$root" ]; then cp -a "$root" "$over/up"; else mkdir "$over/up"; fi
        mount -t overlay overlay -o "lowerdir=/,upperdir=$over/up,workdir=$over/work" "$over/all"
        for part in dev sys; do mount --rbind /$part "$over/all/$part"; done
        mount -t proc proc "$over/all/proc"
        for part in ${SHOWN:-}; do
            if [ -d "$part" ]; then mkdir -p "$over/all$part"; elif [ ! -e "$over/all$part" ]; then mkdir -p "$over/all${part%/*}"; : > "$over/all$part"; fi
            mount --bind "$part" "$over/all$part"
        done
        mount --bind "$d" "$over/all$d"
        for part in run "$(readlink -f /var/run)"; do mkdir -p "$over/all/$part"; done
        cd "$over/all"; exec chroot . bash -c "ldconfig 2>/dev/null; cd /; exec \"\$@\"" alone "$@"
    ' alone "$root" "$d" "$@" >"$d/out" 2>&1 </dev/null &
    echo $! >> "$d/pid"; disown
}

# Users and groups that a package's installation would have made; inside `alone`.
users() { # NAME...
    local name id=911
    for name in "$@"; do
        id=$((id + 1))
        grep -q "^$name:" /etc/group || echo "$name:x:$id:" >> /etc/group
        grep -q "^$name:" /etc/passwd || echo "$name:x:$id:$id::/nonexistent:/usr/sbin/nologin" >> /etc/passwd
    done
}

# Waits until somebody listens on the port, without a connection (some servers count them).
listens() { # PORT
    local hex; hex=$(printf ':%04X 00000000:0000 0A' "$1")
    for _ in $(seq 150); do
        if grep -q "$hex" /proc/net/tcp || grep -qE "$(printf ':%04X 0+:0000 0A' "$1")" /proc/net/tcp6; then return 0; fi
        sleep 0.1
    done
    return 1
}

# Ends what `alone` put into the background.
end() { # DIR
    local pid
    [ -f "$1/pid" ] || return 0
    while read -r pid; do kill -KILL "$pid" 2>/dev/null || true; done < "$1/pid"
    rm -f "$1/pid"
}

free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo $port
}
