#!/bin/sh
# clean_root.sh [demo|build|test] — proves ./bootstrap where nothing is: a fresh Debian bookworm made by mmdebstrap that has
# only a shell, git and apt, with a clone of this repository's HEAD in it, and what the kernel gives every machine: /proc and terminals. Needs root,
# mmdebstrap, and the machine's apt sources (SOURCES=FILE names others). The root is a folder under /var/tmp and is removed afterwards.
set -eu
cd "$(dirname "$0")/.."
task=${1:-demo}
sources=${SOURCES:-/etc/apt/sources.list.d/debian.sources}
[ -f "$sources" ] || sources=/etc/apt/sources.list
root=$(mktemp -d /var/tmp/gol-root-XXXXXX)
trap 'rm -rf "$root"' EXIT
start=$(date +%s)
echo "== a root with sh, git and apt in $root"
mmdebstrap --quiet --variant=minbase --include=git,ca-certificates bookworm "$root" "$sources"
for tool in gcc make re2c lemon python3; do
    if [ -e "$root/usr/bin/$tool" ]; then echo "the root is not clean: it has $tool" && exit 1; fi
done
git clone -q --no-hardlinks . "$root/gol"
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
made=$(date +%s)
echo "== ./bootstrap $task in it"
status=0
# Mounts and processes have a namespace of their own: both are gone with the command, before the root is removed.
unshare --mount --pid --fork --kill-child sh -eu -c '
    mount -t proc proc "$1/proc"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
    exec chroot "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root sh -c "cd /gol && ./bootstrap $2"
' sh "$root" "$task" || status=$?
echo "== status $status; the root took $((made - start)) s, ./bootstrap $task $(($(date +%s) - made)) s"
exit $status
