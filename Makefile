# Makefile — builds gol and everything around it. `make help` lists the targets.
#
# Every mode has its own folder, so that changing the mode never rebuilds another one:
#   build/MODE/gol      the program
#   build/MODE/gen/     what re2c, lemon and the two awk scripts of std/ made
#   build/MODE/obj/     objects and their dependency files
# Sources are found by wildcard: a new .c file in one of the folders below is part of the next build.

MODE ?= release
MODES := release debug asan tsan hostile
ifeq ($(filter $(MODE),$(MODES)),)
$(error MODE=$(MODE) is none of: $(MODES))
endif
ifeq ($(origin CC),default)
CC := gcc
endif
# Another compiler builds beside gcc, not over it: build/release-clang.
OUT := build/$(MODE)$(if $(filter-out gcc cc,$(notdir $(CC))),-$(notdir $(CC)))
GEN := $(OUT)/gen
OBJ := $(OUT)/obj
GOL := $(OUT)/gol

WARN := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wswitch-enum -Werror
# Guest memory is words that are read at the width the program declared: strict aliasing does not describe it.
CFLAGS_BASE := -std=c11 -D_GNU_SOURCE -I. -I$(GEN) $(WARN) -fno-strict-aliasing -pthread -MMD -MP
CFLAGS_release := -O2 -g -DNDEBUG
CFLAGS_debug   := -O1 -g -fno-omit-frame-pointer
CFLAGS_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -DGOL_ASAN
CFLAGS_tsan    := -O1 -g -fno-omit-frame-pointer -fsanitize=thread -DGOL_TSAN
CFLAGS_hostile := -O1 -g -fno-omit-frame-pointer -DGOL_HOSTILE
LDFLAGS_asan   := -fsanitize=address,undefined
LDFLAGS_tsan   := -fsanitize=thread
# gcc 12 does not see a bound that a sanitizer's check hides, and says so as a warning.
ifneq ($(filter asan tsan,$(MODE)),)
WARN += -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds
endif
# The interpreter loop: gcc's global passes would join what must stay apart (one dispatch jump per instruction).
LOOP_FLAGS := $(if $(filter clang%,$(notdir $(CC))),,-fno-gcse -fno-tree-slp-vectorize)
build/%/obj/vm/loop.o build/%/obj/vm/loop_watched.o: private CFLAGS += $(LOOP_FLAGS)
ALL_CFLAGS = $(CFLAGS_BASE) $(CFLAGS_$(MODE)) $(CFLAGS)
ALL_LDFLAGS = -pthread -Wl,--as-needed $(LDFLAGS_$(MODE)) $(LDFLAGS)
LIBS := -ltommath -lutf8proc -lxxhash -ljansson -lm -ldl

# V=1 shows the whole commands.
say = $(if $(V),,@echo '  $(notdir $(firstword $(filter-out %/flags,$^)))  ->  $@';)

# ---- sources

DIRS := base grammar compiler vm runtime std cli
SRC := $(sort $(foreach d,$(DIRS),$(wildcard $(d)/*.c $(d)/*/*.c $(d)/*/*/*.c)))
GOLSTD := $(sort $(wildcard std/*/*.gol std/*/*/*.gol std/*/*/*/*.gol std/*/*/*/*/*.gol))
PAGES := $(sort $(wildcard docs/errors/*.md docs/topics/*.md))
HELP := $(sort $(wildcard docs/help/*.md))
# Parts of std/ that need a header of vm/ wait for it.
ifeq ($(wildcard vm/native.h),)
SRC := $(filter-out std/bind.c,$(SRC))
endif
GENSRC := $(if $(wildcard grammar/lexer.re),$(GEN)/lexer.c) $(if $(wildcard grammar/parser.y),$(GEN)/parser.c) \
          $(GEN)/embed_data.c $(GEN)/pages_data.c $(GEN)/help_data.c $(GEN)/builtin_data.c $(if $(wildcard vm/native.h),$(GEN)/bind_table.c)
LIBOBJ := $(patsubst %.c,$(OBJ)/%.o,$(filter-out cli/%,$(SRC))) $(patsubst $(GEN)/%.c,$(OBJ)/gen/%.o,$(GENSRC))
CLIOBJ := $(patsubst %.c,$(OBJ)/%.o,$(filter cli/%,$(SRC)))
UNIT := $(patsubst tests/unit/%.c,$(OUT)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))

.PHONY: all help clean test unit unit-build check-layers layers determinism replays oracle vet gotest goexamples racetest racefuzz replfuzz silence verdicts gofuzz verdictfuzz crashfuzz reachfuzz lockfuzz bench torture fmtcheck mutants run-one versions bugs watchcheck
.DELETE_ON_ERROR:
.SECONDARY:

all: $(GOL)

# ---- generated: never committed, made before any ordinary source is compiled

GENHEAD := $(if $(wildcard grammar/parser.y),$(GEN)/parser.h)

$(GEN)/lexer.c: grammar/lexer.re
	@mkdir -p $(@D)
	$(say)re2c -W -8 --no-generation-date -o $@ $<

# lemon exits with an error on any conflict; -q keeps the 1 MB report away.
LEMPAR ?= $(firstword $(wildcard /usr/share/lemon/lempar.c /usr/local/share/lemon/lempar.c /usr/share/sqlite3/lempar.c))
$(GEN)/parser.c: grammar/parser.y
	@mkdir -p $(@D)
	$(say)lemon -q $(if $(LEMPAR),-T$(LEMPAR)) -d$(GEN) $<
$(GEN)/parser.h: $(GEN)/parser.c
	@test -f $@ && touch $@

$(GEN)/embed_data.c: std/embed.awk $(GOLSTD) $(OUT)/golstd.list
	@mkdir -p $(@D)
	$(say)LC_ALL=C awk -f std/embed.awk -v table=embedded_files -v count=embedded_count $(GOLSTD) </dev/null > $@
$(GEN)/pages_data.c: std/embed.awk $(PAGES) $(OUT)/golstd.list
	@mkdir -p $(@D)
	$(say)LC_ALL=C awk -f std/embed.awk -v table=explain_pages -v count=explain_count $(PAGES) </dev/null > $@
$(GEN)/help_data.c: std/embed.awk $(HELP) $(OUT)/golstd.list
	@mkdir -p $(@D)
	$(say)LC_ALL=C awk -f std/embed.awk -v table=help_pages -v count=help_count $(HELP) </dev/null > $@
$(GEN)/builtin_data.c: std/embed.awk docs/builtin.gol
	@mkdir -p $(@D)
	$(say)LC_ALL=C awk -f std/embed.awk -v table=doc_builtin -v count=doc_builtin_count docs/builtin.gol </dev/null > $@
$(GEN)/bind_table.c: std/bind.awk $(GOLSTD) $(OUT)/golstd.list
	@mkdir -p $(@D)
	$(say)LC_ALL=C awk -f std/bind.awk $(GOLSTD) </dev/null > $@

# Two stamps that change only when what they say does: the list of embedded files, and compiler with flags.
$(OUT)/golstd.list: FORCE
	@mkdir -p $(@D); echo '$(GOLSTD) $(PAGES) $(HELP)' | cmp -s - $@ || echo '$(GOLSTD) $(PAGES) $(HELP)' > $@
$(OUT)/flags: FORCE
	@mkdir -p $(@D); echo '$(CC) $(ALL_CFLAGS)' | cmp -s - $@ || echo '$(CC) $(ALL_CFLAGS)' > $@
FORCE:

# ---- objects

# What the generators wrote is not in our hands: only the warnings about its style are switched off.
GENWARN := -Wno-shadow -Wno-switch-enum -Wno-missing-prototypes -Wno-unused-parameter -Wno-unused-variable \
           -Wno-unused-but-set-variable -Wno-unused-function -Wno-sign-compare -Wno-implicit-fallthrough
$(OBJ)/gen/%.o: $(GEN)/%.c $(OUT)/flags | $(GENHEAD)
	@mkdir -p $(@D)
	$(say)$(CC) $(ALL_CFLAGS) $(GENWARN) -c -o $@ $<
$(OBJ)/%.o: %.c $(OUT)/flags | $(GENHEAD)
	@mkdir -p $(@D)
	$(say)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# All but the commands, as an archive: a unit test pulls in only what it uses.
$(OUT)/libgol.a: $(LIBOBJ)
	@rm -f $@
	$(say)ar rcsT $@ $^
$(GOL): $(CLIOBJ) $(OUT)/libgol.a
	$(say)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(OUT)/unit/%: $(OBJ)/tests/unit/%.o $(OUT)/libgol.a
	@mkdir -p $(@D)
	$(say)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) -lcmocka
unit-build: $(UNIT)

-include $(patsubst %.o,%.d,$(LIBOBJ) $(CLIOBJ)) $(patsubst $(OUT)/unit/%,$(OBJ)/tests/unit/%.d,$(UNIT))

# ---- tests

JOBS ?= 2
WORKERS ?= 2
# How large the long tests are: one factor per build, read by tests/run.py and by the tests through GOL_TEST_SCALE.
SCALE_release := 1
SCALE_debug := 0.3
SCALE_asan := 0.2
SCALE_tsan := 0.1
SCALE_hostile := 0.02
SCALE ?= $(SCALE_$(MODE))
RUN = python3 tests/run.py --gol $(GOL) --jobs $(JOBS) --scale $(SCALE)

test: all unit-build check-layers ## every test with this MODE's program (WORKERS=2, FILTER=substring)
	$(RUN) --workers $(WORKERS) --unit $(OUT)/unit $(FILTER)
unit: unit-build ## the C unit tests alone
	$(RUN) --only unit --unit $(OUT)/unit $(FILTER)
check-layers layers: ## includes go down the layers only
	@awk -f tests/tools/layers.awk $$(find $(wildcard $(DIRS)) -name '*.[ch]' -o -name '*.re' -o -name '*.y' -o -name '*.inc' -o -name '*.def' | sort)
run-one: all ## build and run one file: make run-one F=examples/x.gol
	$(GOL) run $(F)
determinism: all ## every program twice with one seed: the same bytes
	python3 tests/determinism.py --gol $(GOL) --jobs $(JOBS) $(FILTER)
bugs: all ## the corpus of bugs: each found in 200 runs, each repaired twin silent
	python3 tests/bugs.py --gol $(GOL) --jobs $(JOBS) $(FILTER)
replays: all ## every finding of a search in the corpus, repeated from its replay line
	python3 tests/replay.py --gol $(GOL) --jobs $(JOBS) $(FILTER)
oracle: all ## examples and language tests in real Go too
	python3 tests/oracle.py --gol $(GOL) --jobs $(JOBS) $(FILTER)
gotest: all ## Go's own test programs (package golang-1.19-src)
	python3 tests/gotest.py --gol $(GOL) --jobs $(JOBS) $(FILTER)
goexamples: all ## the examples of Go's own library, run by gol test
	python3 tests/goexamples.py --gol $(GOL) $(FILTER)
racetest: all ## the programs of Go's own race detector, and how many races were found where
	python3 tests/racetest.py --gol $(GOL) --jobs $(JOBS) $(FILTER)
racefuzz: all ## N=200 random programs whose races are known: all found, nothing else
	python3 tests/racefuzz.py --gol $(GOL) --jobs $(JOBS) --count $(or $(N),200)
# Slow builds take a part of the programs; N random ones are a part by themselves.
EVERY_debug := 2
EVERY_asan := 3
EVERY_tsan := 8
EVERY_hostile := 12
EVERY ?= $(or $(EVERY_$(MODE)),1)
watchcheck: all ## the detectors with this MODE's program: tests/conc, Go's race tests, N=60 racy programs, the bugs (EVERY=1 for all of them)
	$(RUN) --workers $(WORKERS) tests/conc
	python3 tests/racetest.py --gol $(GOL) --jobs $(JOBS) --every $(EVERY)
	python3 tests/racefuzz.py --gol $(GOL) --jobs $(JOBS) --count $(or $(N),60)
	python3 tests/bugs.py --gol $(GOL) --jobs $(JOBS) --every $(EVERY)
replfuzz: all ## N=10000 damaged sessions and B=1000000 random bytes for the REPL: never a crash or a hang
	python3 tests/replfuzz.py --gol $(GOL) --jobs $(JOBS) --sessions $(or $(N),10000) --bytes $(or $(B),1000000)
silence: all ## no false alarm on correct programs, under N=100 seeds and as many shaken runs as N, else 30
	python3 tests/silence.py --gol $(GOL) --jobs $(JOBS) $(if $(N),--seeds $(N) --shaken $(N)) $(FILTER)
gofuzz: all ## N=200 random programs, and N=200 times 15 random calls of each part of the library: the same in gol and in Go
	python3 tests/gofuzz.py --gol $(GOL) --jobs $(JOBS) --count $(or $(N),200) --cases $$(($(or $(N),200) * 15)) --seed $(or $(S),1)
verdictfuzz: all ## N=3000 damaged programs that gol and Go must both take or both refuse
	python3 tests/verdictfuzz.py --gol $(GOL) --jobs $(JOBS) --count $(or $(N),3000) --seed $(or $(S),1)
crashfuzz: all ## N=100 random programs that race on everything, with 4 workers: never a crash or a hang
	python3 tests/crashfuzz.py --gol $(GOL) --jobs $(JOBS) --count $(or $(N),100) --seed $(or $(S),1)
reachfuzz: all ## N=300 random programs in which somebody sleeps who will wake the others, or will not: none told as stuck, or all
	python3 tests/reachfuzz.py --gol $(GOL) --jobs $(JOBS) --count $(or $(N),300) --seed $(or $(S),1)
lockfuzz: all ## N=300 random programs that nest locks: rightly, and nothing is said, or in a circle, and it is told
	python3 tests/lockfuzz.py --gol $(GOL) --jobs $(JOBS) --count $(or $(N),300) --seed $(or $(S),1)
verdicts: all ## what Go's own tests must be refused or accepted for
	python3 tests/errorcheck.py --gol $(GOL) --jobs $(JOBS) -v $(FILTER)
vet: all ## the checks before the run beside go vet's
	python3 tests/vet.py --gol $(GOL) --jobs $(JOBS) $(FILTER)
fmtcheck: all ## gol fmt beside gofmt: every program at hand, and N=300 damaged ones (STD=1: Go's library, too)
	python3 tests/fmt.py --gol $(GOL) $(if $(N),--mangle $(N) --mutants $(N)) $(if $(STD),--std) $(FILTER)
mutants: all ## N=10000 mutated copies of the examples: never a crash or a hang
	python3 tests/mutants.py --gol $(GOL) --jobs $(JOBS) --count $(or $(N),10000)
torture: ## all builds with 1, 2 and 8 workers, and the long runs
	sh tests/torture.sh
BENCH ?= $(firstword $(wildcard ../shared/bench/run ../../shared/bench/run))
bench: all ## the benchmark table beside Go and Lua (P='seq_*' chooses)
	@if [ -z "$(BENCH)" ]; then echo "no benchmark programs beside this repository (../shared/bench/run)"; exit 1; fi
	$(BENCH) $(if $(P),-p '$(P)') go='{bin}' gol='$(CURDIR)/$(GOL) run -race=off {}' lua@ports/.lua='lua5.4 {}'

# ---- the rest

# What is made from the program's own tables: the man page and the completions.
SHARED := $(addprefix $(OUT)/share/,gol.1 gol.bash _gol gol.fish $(if $(shell command -v scdoc),$(notdir $(patsubst %.scd,%,$(wildcard docs/man/*.scd)))))
.PHONY: share completion-check
share: $(SHARED) ## the man pages and the completions of three shells, in build/MODE/share
completion-check: all ## the completions in bash, zsh and fish, as far as these are installed
	tests/completion.sh $(GOL)
$(OUT)/share/gol.1: $(GOL)
	@mkdir -p $(@D)
	$(say)$(GOL) help -man > $@
# @PACKAGES@ in a page is the list of packages. The date of a page is not that of its build, so that a build repeats.
$(OUT)/share/%.7: docs/man/%.7.scd $(GOL)
	@mkdir -p $(@D)
	$(say)SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct -- $< 2>/dev/null || echo 0)}; export SOURCE_DATE_EPOCH; \
	    list=$$($(GOL) doc std | sed -n 's/^  \([a-z][^ ]*\)$$/\1/p' | paste -s -d, - | sed 's/,/, /g'); \
	    sed "s|^@PACKAGES@$$|$$list|" $< | scdoc > $@
$(OUT)/share/gol.bash $(OUT)/share/_gol $(OUT)/share/gol.fish: $(GOL)
	@mkdir -p $(@D)
	$(say)$(GOL) completion $(if $(filter %.bash,$@),bash,$(if $(filter %.fish,$@),fish,zsh)) > $@

# Where things go is said to packaging/install.sh in the environment, so that every name may have blanks.
PREFIX ?= /usr/local
.PHONY: install uninstall deb deb-check
install uninstall deb: export OUT := $(OUT)
install uninstall: export PREFIX := $(PREFIX)
install uninstall: export DESTDIR := $(DESTDIR)
install: all share ## program, man pages, completions, editor files, documentation (PREFIX=/usr/local, DESTDIR=)
	@sh packaging/install.sh install
uninstall: ## what install has put there
	@sh packaging/install.sh uninstall
deb: all share ## a Debian package, build/MODE/gol_VERSION_ARCH.deb
	@sh packaging/deb.sh
deb-check: deb ## the package in a Debian that has nothing else: installed, used, removed (needs root, mmdebstrap)
	sh tests/deb_root.sh "$$(ls -t $(OUT)/gol_*.deb | head -1)"

help: ## this list
	@echo "make [MODE=release|debug|asan|tsan|hostile] [CC=clang] TARGET"
	@echo "  all                  the program, $(GOL)"
	@sed -n 's/^\([a-z][a-z -]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F '|' '{printf "  %-20s %s\n", $$1, $$2}'
clean: ## everything under build/
	rm -rf build
