#!/bin/sh
# deb_root.sh PACKAGE.deb — the Debian package where nothing is: a fresh Debian bookworm made by mmdebstrap; the package is installed by apt, which fetches
# what it depends on, gol is used by an ordinary user, and when it is removed no file of it is left. Needs root, mmdebstrap and the machine's apt
# sources (SOURCES=FILE names others). The root is a folder under /var/tmp and is removed afterwards. The last line is `N passed, N failed`.
set -eu
deb=$(realpath "$1")
cd "$(dirname "$0")/.."
sources=${SOURCES:-/etc/apt/sources.list.d/debian.sources}
[ -f "$sources" ] || sources=/etc/apt/sources.list
root=$(mktemp -d /var/tmp/gol-deb-XXXXXX)
trap 'rm -rf "$root"' EXIT
passed=0 failed=0

inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive sh -c "$1"; }
user() { chroot --userspec=nobody:nogroup "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/tmp sh -c "$1"; }
# check WHAT EXPECTED COMMAND...: the last line that the command prints
check() {
    what=$1 expected=$2
    shift 2
    got=$("$@" 2>&1 | tail -1) || true
    if [ "$got" = "$expected" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        printf 'FAIL %s\n  expected: %s\n  got:      %s\n' "$what" "$expected" "$got"
    fi
}
everything() { find "$root" -xdev \( -path "$root/proc" -o -path "$root/sys" -o -path "$root/dev" -o -path "$root/var" -o -path "$root/tmp" \) -prune -o -print | LC_ALL=C sort; }

echo "== a root with nothing in it, in $root"
mmdebstrap --quiet --variant=minbase bookworm "$root" "$sources"
if [ -e "$root/usr/bin/gol" ] || [ -e "$root/usr/bin/gcc" ]; then echo "the root is not clean" && exit 1; fi
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
cp "$deb" "$root/tmp/gol.deb"
inside 'apt-get update -qq' >/dev/null
everything >"$root/tmp/before"
echo "== apt-get install gol.deb"
inside 'apt-get install -y -qq /tmp/gol.deb' >/dev/null 2>&1 || { echo "apt-get cannot install it"; echo "0 passed, 1 failed"; exit 1; }

check "the version is the package's" "$(dpkg-deb -f "$deb" Version | sed 's/-[^-]*$//')" inside "gol version | cut -d' ' -f 2"
check "a line of code" "42" user "gol -e 'fmt.Println(6 * 7)'"
check "a script by its name" "hello there" user "cd /tmp; printf '#!/usr/bin/env gol\nfmt.Println(\"hello\", os.Args[1])\n' >s; chmod +x s; ./s there"
check "a race is found" "66" user "cd /tmp; printf 'x := 0\nvar wg waitgroup\nfor range 9 {\n wg.Add(1)\n go func() { defer wg.Done(); x++ }()\n}\nwg.Wait()\n' >r.gol; gol r.gol 2>/dev/null; echo \$?"
check "many runs" "gol: 20 runs: nothing found in these schedules" user "gol run -runs 20 -e 'fmt.Println(1)'"
check "the prompt, from a pipe" "3 // int" user "printf '1+2\\n' | gol repl"
check "the prompt's line editing comes along" "1" inside "ls /usr/lib/*/libedit.so.2 | wc -l"
check "documentation" "    Lock locks m; while it is locked already, the goroutine waits." user "gol doc sync.Mutex.Lock"
check "the examples run" "0" user "cd /usr/share/doc/gol/examples; for f in *.gol; do grep -q 'panic:\|fatal:\|status:\|stderr:\|stdin:\|args:\|race:\|flags:' \$f || timeout 60 gol run \$f >/dev/null 2>&1 || echo \$f; done | wc -l"
check "the man pages are there" "2" inside "ls /usr/share/man/man1/gol.1.gz /usr/share/man/man7/gol-language.7.gz | wc -l"
check "bash completes" "run" inside "bash -c '. /usr/share/bash-completion/completions/gol; COMP_LINE=\"gol ru\" COMP_POINT=6 COMP_WORDS=(gol ru) COMP_CWORD=1; _gol; echo \${COMPREPLY[0]}'"
check "every file is as it was packed" "" inside "dpkg --verify gol"
inside 'apt-get purge -y -qq gol' >/dev/null 2>&1
inside 'apt-get autoremove --purge -y -qq' >/dev/null 2>&1
everything >"$root/tmp/after"
check "nothing is left" "" diff "$root/tmp/before" "$root/tmp/after"
if command -v lintian >/dev/null; then # the archive wants a number of a wish for every new package
    check "lintian" "" sh -c "lintian --suppress-tags initial-upload-closes-no-bugs '$deb' 2>/dev/null"
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
