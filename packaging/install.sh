#!/bin/sh
# install.sh install|uninstall|list — puts gol, its man pages, completions, editor files, documentation and examples where a system keeps them, and takes
# them away again. `make install` and `make uninstall` call it; what it does is said in the environment:
#
#   OUT       the folder with the program and share/ (`make all share`): build/release
#   PREFIX    /usr/local
#   DESTDIR   goes before every path: the root of a package that is being made
#   ZSHDIR    below PREFIX, where zsh looks for completions: share/zsh/site-functions
#   PLAIN     not empty: no record is written of what was installed (a package manager keeps its own)
#
# The record, PREFIX/share/gol/installed, names every file and every folder that was made for them. So uninstall leaves nothing behind and takes nothing that
# was there before, and installing a second time removes what the first one had and this one has not.
set -eu
cd "$(dirname "$0")/.."
OUT=${OUT:-build/release}
PREFIX=${PREFIX:-/usr/local}
DESTDIR=${DESTDIR:-}
ZSHDIR=${ZSHDIR:-share/zsh/site-functions}
PLAIN=${PLAIN:-}
case $PREFIX in /*) ;; *) echo "install.sh: PREFIX must begin with /, and is $PREFIX" >&2; exit 64 ;; esac
PREFIX=${PREFIX%/}
record=$PREFIX/share/gol/installed

# MODE SOURCE TARGET of every file, the target below PREFIX. No name of ours has a blank in it.
files() {
    echo "755 $OUT/gol bin/gol"
    for page in "$OUT"/share/*.[1-9]; do
        [ ! -f "$page" ] || echo "644 $page share/man/man${page##*.}/${page##*/}"
    done
    echo "644 $OUT/share/gol.bash share/bash-completion/completions/gol"
    echo "644 $OUT/share/_gol $ZSHDIR/_gol"
    echo "644 $OUT/share/gol.fish share/fish/vendor_completions.d/gol.fish"
    for file in README.md CHANGELOG.md LICENSE; do echo "644 $file share/doc/gol/$file"; done
    find docs examples -type f \( -name '*.md' -o -name '*.json' -o -name '*.gol' -o -name '*.go' \) ! -path 'docs/help/*' ! -name builtin.gol |
        LC_ALL=C sort | while read -r file; do echo "644 $file share/doc/gol/$file"; done
    [ ! -d editors/vim ] || (cd editors/vim && find . -type f -name '*.vim') | LC_ALL=C sort | while read -r file; do
        echo "644 editors/vim/${file#./} share/vim/vimfiles/${file#./}"
    done
    [ ! -d editors/vscode ] || find editors/vscode -type f | LC_ALL=C sort | while read -r file; do echo "644 $file share/gol/${file#editors/}"; done
}

# OUT may have blanks: it is the one name that is not ours.
split() {
    mode=${1%% *}
    target=${1##* }
    source=${1#* }
    source=${source% *}
}

# The folder and those above it that are not there yet, outermost first, each into the new record.
make_folder() {
    if [ -d "$DESTDIR$1" ]; then return; fi
    case $1 in /*/*) make_folder "${1%/*}" ;; esac
    # the shell has no variables of a call's own: $1 still is this call's
    mkdir -m 755 "$DESTDIR$1"
    echo "d $1" >>"$new"
}

new_record() {
    new=$(mktemp)
    trap 'rm -f "$new" "$new.old" "$new.now"' EXIT
}

# put_gathered "MODE FOLDER" FILE...
put_gathered() {
    [ $# -gt 1 ] || return 0
    mode_of=${1%% *}
    folder_of=$PREFIX/${1#* }
    shift
    make_folder "$folder_of"
    install -m "$mode_of" -t "$DESTDIR$folder_of" "$@"
}

install_all() {
    new_record
    set --
    [ -f "$OUT/gol" ] || { echo "install.sh: there is no $OUT/gol: make it first" >&2; exit 1; }
    [ -z "$DESTDIR" ] || mkdir -p "$DESTDIR"
    : >"$new.old"
    if [ -f "$DESTDIR$record" ]; then
        cp "$DESTDIR$record" "$new.old"
        sed -n '/^d /p' "$new.old" >>"$new" # made by us then, ours still
    fi
    files | {
        folder='' # where the files that have been gathered go; one call of install for each folder, not for each file
        while IFS= read -r line; do
            split "$line"
            echo "f $PREFIX/$target" >>"$new"
            if [ "${source##*/}" != "${target##*/}" ]; then
                make_folder "$PREFIX/${target%/*}"
                install -m "$mode" "$source" "$DESTDIR$PREFIX/$target"
                continue
            fi
            if [ "$folder" != "$mode ${target%/*}" ]; then
                put_gathered "$folder" "$@"
                folder="$mode ${target%/*}"
                set --
            fi
            set -- "$@" "$source"
        done
        put_gathered "$folder" "$@"
    }
    grep '^f ' "$new" | LC_ALL=C sort >"$new.now"
    grep '^f ' "$new.old" | LC_ALL=C sort | LC_ALL=C comm -23 - "$new.now" | while read -r _ file; do rm -f "$DESTDIR$file"; done
    if [ -z "$PLAIN" ]; then
        make_folder "${record%/*}"
        echo "f $record" >>"$new"
        install -m 644 "$new" "$DESTDIR$record"
    fi
}

uninstall_all() {
    new_record
    if [ -f "$DESTDIR$record" ]; then cp "$DESTDIR$record" "$new"; else
        files | while IFS= read -r line; do split "$line"; echo "f $PREFIX/$target"; done >"$new"
    fi
    sed -n "s/^f //p" "$new" | while IFS= read -r file; do printf '%s\0' "$DESTDIR$file"; done | xargs -0 rm -f
    # Innermost first: a longer path is never outside of a shorter one that begins it. What others have put there stays.
    sed -n 's/^d //p' "$new" | LC_ALL=C sort -r | while IFS= read -r folder; do rmdir "$DESTDIR$folder" 2>/dev/null || true; done
}

case ${1:-} in
install) install_all ;;
uninstall) uninstall_all ;;
list) files | while IFS= read -r line; do split "$line"; echo "$PREFIX/$target"; done ;;
*) sed -n 's/^# \{0,1\}//; 2,3p' "$0" >&2; exit 64 ;;
esac
