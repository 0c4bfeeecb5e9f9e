#!/bin/bash
# completion.sh GOL — the scripts of `gol completion` in the shells they are for, as far as these are installed: bash, zsh and fish are given a command
# line and must answer with the right words. The last line is `N passed, N failed`.
set -u
here=$(cd "$(dirname "$0")" && pwd)
gol=$(realpath "${1:-$here/../build/release/gol}")
PATH=$(dirname "$gol"):$PATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir sub
touch prog.gol other.go note.txt 'two words.gol'
passed=0 failed=0

# check WHAT EXPECTED GOT
check() {
    if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        printf 'FAIL %s\n  expected: %s\n  got:      %s\n' "$1" "$2" "$3"
    fi
}

# The words as the shell has cut them, the last one being typed; what is offered, sorted, with | between.
in_bash() {
    bash --norc -c '
        source <(gol completion bash) || exit 1
        COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=("${@:2}")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _gol
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | LC_ALL=C sort | paste -sd'|'
}
bash -n <(gol completion bash) || failed=$((failed + 1))
check "bash: a command" "repl|run" "$(in_bash 'gol r' gol r)"
check "bash: a flag" "-schedule|-seed" "$(in_bash 'gol run -s' gol run -s | sed 's/|-stats//; s/|-strategy=//')"
check "bash: a value; bash cuts at =" "off|on" "$(in_bash 'gol run -race=o' gol run -race = o)"
check "bash: all values" "halt|off|on" "$(in_bash 'gol run -race=' gol run -race =)"
check "bash: a program" "other.go|prog.gol|sub|two words.gol" "$(in_bash 'gol run ' gol run '')"
check "bash: a program behind flags" "prog.gol" "$(in_bash 'gol run -race=on -runs 5 p' gol run -race = on -runs 5 p)"
check "bash: the program's own words" "note.txt" "$(in_bash 'gol run prog.gol n' gol run prog.gol n)"
check "bash: a stage" "tokens" "$(in_bash 'gol dump t' gol dump t)"
check "bash: nothing" "" "$(in_bash 'gol version x' gol version x)"

if command -v zsh >/dev/null; then
    # The functions of zsh that show candidates, replaced by some that print them.
    in_zsh() {
        zsh -f -c '
            compdef() { : }
            source <(gol completion zsh) || exit 1
            _describe() { print -rl -- "${(@P)4}" }
            _files() { print -r -- "files $*" }
            words=(gol "$@") CURRENT=$#words PREFIX=$words[-1]
            _gol' zsh "$@" | LC_ALL=C sort | paste -sd'|'
    }
    gol completion zsh > _gol && zsh -n _gol || failed=$((failed + 1))
    check "zsh: a command" "files -g *.(go|gol)|run:run a program" "$(in_zsh ru)"
    check "zsh: a value" "-race=off:|-race=on:" "$(in_zsh run -race=o)"
    check "zsh: a value that goes on" "-strategy=pct\\::" "$(in_zsh run -strategy=p)"
    check "zsh: a program" "files -g *.(go|gol)" "$(in_zsh run '')"
    check "zsh: the program's own words" "files " "$(in_zsh run prog.gol '')"
    rm _gol
fi

if command -v fish >/dev/null; then
    in_fish() {
        fish --no-config -c 'gol completion fish | source; complete -C $argv[1]' -- "$1" | cut -f1 | LC_ALL=C sort -u | paste -sd'|'
    }
    gol completion fish | fish -n || failed=$((failed + 1))
    check "fish: a command" "run" "$(in_fish 'gol ru')"
    check "fish: a flag" "-race=" "$(in_fish 'gol run -ra')"
    check "fish: a value" "-race=off|-race=on" "$(in_fish 'gol run -race=o')"
    check "fish: a program" "prog.gol" "$(in_fish 'gol run p')"
    check "fish: a stage" "tokens" "$(in_fish 'gol dump t')"
fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]
