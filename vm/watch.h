// watch.h — the one place through which every shared access and every synchronisation of the loop passes. The race detector
// will give these a body in the second instantiation of loop.c; the first pays nothing for them.
// (What channels, locks and the scheduler order is hooked where it happens, in runtime/.)
#pragma once

#ifndef WATCH_READ
#define WATCH_READ(address, bytes) ((void)0)
#define WATCH_WRITE(address, bytes) ((void)0)
#define WATCH_GO(parent, child) ((void)0) // before the child is made ready
#define WATCH_END(g) ((void)0)            // a goroutine has ended
#endif
