// bits.c — what a machine word can do at once.
#include "std/leaf.h"

NATIVE(std_math_bits_TrailingZeros64) {
    call->args[0] = call->args[0] ? (Word)__builtin_ctzll(call->args[0]) : 64;
    return NATIVE_OK;
}
NATIVE(std_math_bits_OnesCount64) {
    call->args[0] = (Word)__builtin_popcountll(call->args[0]);
    return NATIVE_OK;
}
NATIVE(std_math_bits_Len64) {
    call->args[0] = call->args[0] ? (Word)(64 - __builtin_clzll(call->args[0])) : 0;
    return NATIVE_OK;
}
NATIVE(std_math_bits_ReverseBytes64) {
    call->args[0] = __builtin_bswap64(call->args[0]);
    return NATIVE_OK;
}

static Word swap_groups(Word x, Word mask, int width) { return (x >> width & mask) | (x & mask) << width; }

NATIVE(std_math_bits_Reverse64) {
    Word x = __builtin_bswap64(call->args[0]);
    x = swap_groups(x, 0x0F0F0F0F0F0F0F0F, 4);
    x = swap_groups(x, 0x3333333333333333, 2);
    call->args[0] = swap_groups(x, 0x5555555555555555, 1);
    return NATIVE_OK;
}

__extension__ typedef unsigned __int128 Wide;

NATIVE(std_math_bits_Mul64) {
    Wide p = (Wide)call->args[0] * call->args[1];
    call->args[0] = (Word)(p >> 64);
    call->args[1] = (Word)p;
    return NATIVE_OK;
}
NATIVE(std_math_bits_divide) {
    Wide n = (Wide)call->args[0] << 64 | call->args[1];
    Word y = call->args[2];
    call->args[0] = (Word)(n / y);
    call->args[1] = (Word)(n % y);
    return NATIVE_OK;
}
