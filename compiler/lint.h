// lint.h — what is almost certainly a mistake although it compiles: a mutex that is copied, a wait group that is counted too
// late, a Printf whose verbs and arguments disagree. Every finding is a warning with a code and a page of its own
// (GOL0604 to GOL0618), and is exact enough never to speak of a correct program. A few are only notes: worth a word
// when somebody asks (`gol check`), but correct programs have them too, so a run does not show them.
#pragma once
#include "compiler/check.h"

// Adds to p->diags what is found in the main package (std is not looked at). p was checked without errors; nothing of its
// tree is changed. notes: with what is only worth a word.
void lint_program(Program *p, bool notes);
