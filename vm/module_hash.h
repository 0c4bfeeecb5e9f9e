// module_hash.h — which program this is, to tell whether a schedule still belongs to it.
#pragma once
#include "vm/module.h"

// Of the compiled code, std included; comments, names and line numbers do not count. Before the module's first run or after it.
uint32_t module_hash(const Module *m);
