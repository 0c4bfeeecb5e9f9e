// errors.c — what errors.Is and errors.As must know about types.
#include "std/leaf.h"

NATIVE(std_errors_comparable_) {
    const RType *t = &leaf_types(call)[iface_type(call->args[0])];
    call->args[0] = (t->flags & RT_COMPARABLE) != 0;
    return NATIVE_OK;
}

NATIVE(std_errors_targetProblem) {
    const RType *types = leaf_types(call);
    Word target = call->args[0], scratch;
    const RType *error = &types[types[iface_type(call->args[1])].elem];
    const char *missing;
    int problem = 0;
    if (!target) {
        problem = 1;
    } else {
        const RType *t = &types[iface_type(target)];
        if (t->kind != RK_POINTER || !LOAD_PTR(iface_words(types, target, &scratch))) problem = 2;
        else if (types[t->elem].kind != RK_INTERFACE && !type_implements(&types[t->elem], error, &missing)) problem = 3;
    }
    call->args[0] = (Word)problem;
    return NATIVE_OK;
}

NATIVE(std_errors_assign) {
    const RType *types = leaf_types(call);
    Word err = call->args[0], target = call->args[1], s1, s2;
    TypeId et = iface_type(err);
    const RType *want = &types[types[iface_type(target)].elem];
    Word *to = (Word *)LOAD_PTR(iface_words(types, target, &s2));
    const char *missing;
    bool fits = want->kind == RK_INTERFACE ? type_implements(&types[et], want, &missing) : want->id == et;
    if (fits) {
        leaf_writes(call, to, want->kind == RK_INTERFACE ? sizeof(Word) : want->elem_size);
        if (want->kind == RK_INTERFACE) {
            PUBLISH(to, err);
        } else {
            const Word *from = iface_words(types, err, &s1);
            if (want->elem_size < 8) {
                for (uint32_t i = 0; i < want->elem_size; i++) GUEST_STORE(uint8_t, (uint8_t *)to + i, ((const uint8_t *)from)[i]);
            } else {
                value_copy(want, to, from);
            }
        }
    }
    call->args[0] = fits;
    return NATIVE_OK;
}
