// repl_libedit.h — the line editor, loaded when a person sits at a terminal. Linked in, it would make every start of gol 0.25 ms (5 %) slower: it brings
// three more libraries along. Without it, gol repl reads plain lines.
#pragma once
#include <histedit.h>

#define LIBEDIT_FUNCTIONS(F) \
    F(el_init_fd) F(el_end) F(el_source) F(el_wset) F(el_wget) F(el_wgets) F(el_wpush) F(el_wline) F(el_winsertstr) F(el_deletestr) F(el_cursor)

typedef struct Libedit {
#define F(name) __typeof__(name) *name;
    LIBEDIT_FUNCTIONS(F)
#undef F
} Libedit;

// NULL: it is not there. A library belongs to the process: it is loaded by the first call and stays. On the prompt's thread.
const Libedit *libedit(void);
