#!/bin/sh
# deb.sh — a Debian package of gol, OUT/gol_VERSION_ARCH.deb, from what is built in OUT. `make deb` calls it. Needs dpkg-dev (dpkg-deb, dpkg-shlibdeps) and
# binutils; not root. The same commit gives the same bytes: dates are the commit's.
set -eu
cd "$(dirname "$0")/.."
OUT=${OUT:-build/release}
for tool in dpkg-deb dpkg-shlibdeps strip gzip; do
    command -v $tool >/dev/null || { echo "deb.sh: $tool is missing: apt-get install dpkg-dev binutils gzip" >&2; exit 1; }
done
upstream=$(sed -n 's/^#define GOL_VERSION "\(.*\)"$/\1/p' cli/version.c)
version=$upstream-1
arch=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
umask 022

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir "$root"
OUT=$OUT DESTDIR=$root PREFIX=/usr ZSHDIR=share/zsh/vendor-completions PLAIN=1 sh packaging/install.sh install
strip --remove-section=.comment --remove-section=.note --strip-unneeded "$root/usr/bin/gol"

# Debian's own names for what stands beside the documentation.
doc=$root/usr/share/doc/gol
rm "$doc/LICENSE"
mv "$doc/CHANGELOG.md" "$doc/changelog"
{
    printf 'gol (%s) unstable; urgency=medium\n\n  * Version %s; what is new in it stands in changelog.gz.\n\n' "$version" "$upstream"
    printf ' -- The gol authors <gol@packages.invalid>  %s\n' "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
} >"$doc/changelog.Debian"
{
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: gol\n\nFiles: *\nCopyright: %s\nLicense: Expat\n' \
        "$(sed -n 's/^Copyright (c) //p' LICENSE)"
    sed -n '/^Permission/,$p' LICENSE | sed 's/^$/./; s/^/ /'
} >"$doc/copyright"
gzip -9n "$doc/changelog" "$doc/changelog.Debian" "$root"/usr/share/man/man?/*

# What the program needs, as dpkg-shlibdeps reads it from the program itself.
mkdir -p "$work/debian"
printf 'Source: gol\n\nPackage: gol\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O --ignore-missing-info root/usr/bin/gol 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { echo "deb.sh: dpkg-shlibdeps names no packages" >&2; exit 1; }

mkdir "$root/DEBIAN"
sed -e "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@DEPENDS@/$depends/; s/@SIZE@/$(du -sk --apparent-size "$root/usr" | cut -f 1)/" packaging/control.in >"$root/DEBIAN/control"
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$root/DEBIAN/md5sums"
find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
deb=$OUT/gol_${version}_$arch.deb
dpkg-deb --root-owner-group --build "$root" "$deb" >/dev/null
echo "$deb"
