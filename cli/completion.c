// completion.c — gol completion: what a word at the command line may become, and the scripts by which three shells ask for it.
//
// The scripts know nothing of gol: they hand the words over to `gol completion words WORD...`, which answers from the tables of commands and flags.
// So a new flag is completed without a new script. An answer is a line `candidate<TAB>what it is`; a line `:sources` or `:files` asks the shell to add
// file names, which it knows better how to quote.
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "cli/commands.h"
#include "cli/harness.h"
#include "runtime/runtime.h"

// --- candidates -----------------------------------------------------------------------------------------------

static bool begins(const char *s, const char *prefix) { return !strncmp(s, prefix, strlen(prefix)); }

// One line of the answer, if `text` begins with what was typed; before and what are put around it.
static void offer(const char *typed, const char *text, const char *what) {
    if (begins(text, typed)) printf("%s\t%s\n", text, what);
}

// The words of "a|b|c FILE"; before each stands `before`, which is part of the typed word.
static void offer_words(const char *typed, const char *before, const char *of) {
    for (size_t end = strcspn(of, " "), at = 0; at < end;) {
        size_t n = strcspn(of + at, "| ");
        const char *open = memchr(of + at, ':', n); // pct:D: the person goes on behind the colon
        char word[96];
        snprintf(word, sizeof word, "%s%.*s", before, (int)(open ? (size_t)(open + 1 - of) - at : n), of + at);
        offer(typed, word, "");
        at += n + 1;
    }
}

typedef struct Typed { const char *word, *before; } Typed; // what was typed; what stands before each candidate and is part of it

static void offer_test(const char *name, void *ctx) {
    const Typed *t = ctx;
    char word[256];
    snprintf(word, sizeof word, "%s%s", t->before, name);
    offer(t->word, word, "");
}

// The tests of this folder: where they are meant to be elsewhere, their file comes behind the flag.
static void offer_tests(const char *typed, const char *before) {
    static char here[] = ".";
    char *folder[] = {here, NULL};
    Typed t = {typed, before};
    Input in;
    int used;
    if (!input_read_package(&in, 1, folder, true, &used)) return;
    harness_each_name(&in, offer_test, &t);
    input_fini(&in);
}

static void offer_value(const Option *o, const char *typed, const char *before) {
    if (o->kind == VALUE_FILE) puts(":files");
    else if (o->kind == VALUE_TEST) offer_tests(typed, before);
    else if (option_joined(o)) offer_words(typed, before, o->arg);
}

// "-race" of a flag that takes its value behind =, or may stand alone, ends with =.
static void offer_flags(const Command *c, const char *typed) {
    const char *dashes = begins(typed, "--") ? "--" : "-";
    for (const Option *o = flag_options; o->name; o++) {
        if (!(o->commands & c->bit)) continue;
        char word[64];
        snprintf(word, sizeof word, "%s%s%s", dashes, o->name, option_joined(o) ? "=" : "");
        offer(typed, word, o->help);
    }
}

static void offer_pages(const EmbeddedFile *page, const char *typed) {
    for (; page->path; page++) {
        char name[64], title[160];
        int len;
        const char *text = page_title(page, &len);
        snprintf(title, sizeof title, "%.*s", len, text);
        page_name(page, name);
        offer(typed, name, title);
    }
}

typedef struct DocWord { const char *typed; size_t skip; } DocWord; // letters before the name that the word before it has said

static void offer_doc(void *ctx, const char *name, const char *what) {
    const DocWord *w = ctx;
    offer(w->typed, name + w->skip, what);
}

// "sync.Mu", or behind the word sync: "Mu".
static void offer_docs(int n, char **words) {
    char whole[256] = "";
    for (int i = 0; i < n; i++) {
        size_t len = strlen(whole);
        snprintf(whole + len, sizeof whole - len, "%s%s", i ? "." : "", words[i]);
    }
    DocWord w = {words[n - 1], strlen(whole) - strlen(words[n - 1])};
    if (strlen(whole) >= strlen(words[n - 1])) doc_each_name(whole, offer_doc, &w);
    if (n == 1) puts(":sources");
}

static void offer_commands(const char *typed) {
    for (const Command *c = commands; c->name; c++) offer(typed, c->name, c->summary);
}

// The last of the n words behind a command's flags.
static void offer_argument(const Command *c, int n, char **words) {
    int at = n - 1;
    const char *typed = words[at];
    switch (c->takes) {
    case ARGS_NONE: return;
    case ARGS_PROGRAM: puts(at ? ":files" : ":sources"); return;
    case ARGS_SOURCES: puts(":sources"); return;
    case ARGS_STAGE:
        if (at) puts(":sources");
        else offer_words(typed, "", c->args);
        return;
    case ARGS_WORDS:
        if (!at) offer_words(typed, "", c->args);
        return;
    case ARGS_PAGES: offer_pages(explain_pages, typed); return;
    case ARGS_DOC:
        offer_docs(n, words);
        return;
    case ARGS_HELP:
        if (at) return;
        offer_commands(typed);
        offer_pages(help_pages, typed);
        if (*typed) offer_pages(explain_pages, typed);
        return;
    }
}

// The last of the n words behind a command's name.
static void complete(const Command *c, int n, char **words) {
    int i = 0;
    while (i < n && words[i][0] == '-' && words[i][1]) {
        const char *word = words[i++], *name = word + (word[1] == '-' ? 2 : 1);
        size_t len = strcspn(name, "=");
        const Option *o = option_find(name, len, c);
        if (i == n) {
            char before[96];
            if (name[len] && o) offer_value(o, word, (snprintf(before, sizeof before, "%.*s", (int)(name + len + 1 - word), word), before));
            else offer_flags(c, word);
            return;
        }
        if (!*name) break; // "--"
        bool follows = o && !name[len] && o->kind != VALUE_NONE && !o->implied;
        if (follows && ++i == n) {
            offer_value(o, words[n - 1], "");
            return;
        }
    }
    if (i < n) offer_argument(c, n - i, words + i);
    if (i == n - 1 && words[i][0] == '-') offer_flags(c, words[i]);
}

static int complete_words(int n, char **words) {
    const Command *c = n > 1 ? command_find(words[0]) : NULL;
    if (c) complete(c, n - 1, words + 1);
    else if (n > 1 || (n == 1 && words[0][0] == '-')) complete(command_find("run"), n, words); // gol FILE, gol -flag FILE
    else {
        offer_commands(n ? words[0] : "");
        puts(":sources");
    }
    return EXIT_FINE;
}

// --- scripts --------------------------------------------------------------------------------------------------

static const char bash_script[] =
    "# gol for bash: source this, or put it into the folder of bash-completion as `gol`.\n"
    "_gol() {\n"
    "    local rest=${COMP_LINE:0:COMP_POINT} words=() blanks piece i\n"
    "    for ((i = 0; i <= COMP_CWORD; i++)); do # bash has cut the words at = and : too: what had no blanks between is one word again\n"
    "        blanks=${rest%%[![:space:]]*}\n"
    "        rest=${rest#\"$blanks\"}\n"
    "        piece=${COMP_WORDS[i]}\n"
    "        ((i == COMP_CWORD)) && piece=$rest\n"
    "        if ((i > 0)) && [[ -z $blanks ]]; then words[${#words[@]}-1]+=$piece; else words+=(\"$piece\"); fi\n"
    "        rest=${rest#\"$piece\"}\n"
    "    done\n"
    "    local typed=${words[${#words[@]}-1]} before= word files=\n"
    "    [[ $typed == *=* ]] && before=${typed%%=*}=\n"
    "    [[ $COMP_WORDBREAKS == *=* ]] || before=\n"
    "    COMPREPLY=()\n"
    "    while IFS=$'\\t' read -r word _; do\n"
    "        case $word in\n"
    "        '') ;;\n"
    "        :*) files=$word ;;\n"
    "        *) COMPREPLY+=(\"${word#\"$before\"}\") ;;\n"
    "        esac\n"
    "    done <<< \"$(\"${words[0]}\" completion words \"${words[@]:1}\" 2>/dev/null)\"\n"
    "    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace 2>/dev/null\n"
    "    [[ -n $files ]] || return 0\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    typed=${typed#\"$before\"}\n"
    "    while IFS= read -r word; do\n"
    "        [[ -n $word ]] && [[ $files == :files || -d $word || $word == *.go || $word == *.gol ]] && COMPREPLY+=(\"$word\")\n"
    "    done <<< \"$(compgen -f -- \"$typed\")\"\n"
    "    return 0\n"
    "}\n"
    "complete -F _gol gol\n";

static const char zsh_script[] =
    "#compdef gol\n"
    "# gol for zsh: a file `_gol` in a folder of $fpath.\n"
    "_gol() {\n"
    "    local -a lines words_found open_found\n"
    "    local line word files\n"
    "    lines=(\"${(@f)$(${words[1]} completion words \"${(@Q)words[2,CURRENT-1]}\" \"$PREFIX\" 2>/dev/null)}\")\n"
    "    for line in $lines; do\n"
    "        word=${line%%$'\\t'*}\n"
    "        case $word in\n"
    "        :*) files=$word ;;\n"
    "        *[=:]) open_found+=(\"${word//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
    "        *) words_found+=(\"${word//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
    "        esac\n"
    "    done\n"
    "    (( $#words_found )) && _describe -t words gol words_found\n"
    "    (( $#open_found )) && _describe -t words gol open_found -S ''\n"
    "    case $files in\n"
    "    :sources) _files -g '*.(go|gol)' ;;\n"
    "    :files) _files ;;\n"
    "    esac\n"
    "}\n"
    "if [[ $funcstack[1] == _gol ]]; then _gol \"$@\"; else compdef _gol gol; fi\n";

static const char fish_script[] =
    "# gol for fish: a file `gol.fish` in a folder of $fish_complete_path.\n"
    "function __gol_complete\n"
    "    set -l before (commandline -opc)\n"
    "    set -l typed (commandline -ct)\n"
    "    for line in ($before[1] completion words $before[2..-1] \"$typed\" 2>/dev/null)\n"
    "        switch $line\n"
    "            case ':sources'\n"
    "                __fish_complete_suffix .gol\n"
    "                __fish_complete_suffix .go\n"
    "            case ':files'\n"
    "                __fish_complete_path \"$typed\"\n"
    "            case '*'\n"
    "                printf '%s\\n' $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c gol -f -a '(__gol_complete)'\n";

static const struct { const char *shell, *text; } scripts[] = {{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}};

int command_completion(const Settings *s, int argc, char **argv) {
    (void)s;
    if (argc > 0 && !strcmp(argv[0], "words")) return complete_words(argc - 1, argv + 1);
    const char *known[COUNT_OF(scripts)];
    for (size_t i = 0; i < COUNT_OF(scripts); i++) {
        known[i] = scripts[i].shell;
        if (argc == 1 && !strcmp(argv[0], known[i])) return fputs(scripts[i].text, stdout), EXIT_FINE;
    }
    const char *meant = argc > 0 ? near_word(argv[0], known, COUNT_OF(known)) : NULL;
    fprintf(stderr, "gol: completion for which shell? bash, zsh or fish%s%s%s\n", meant ? "; did you mean gol completion " : "", meant ? meant : "",
            meant ? "?" : "");
    return EXIT_USAGE;
}
