#pragma once
#include <sys/prctl.h>

// prctl is variadic, which Swift cannot call; pthread_setname_np is hidden from Swift's Glibc module.
static inline int thread_set_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
