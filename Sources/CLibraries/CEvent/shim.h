#pragma once
// Swift's own Glibc module sees <sys/select.h> without X/Open names; seen with them here, `fd_set` would be two types.
#include <features.h>
#pragma push_macro("__USE_XOPEN")
#undef __USE_XOPEN
#include <sys/select.h>
#pragma pop_macro("__USE_XOPEN")
#include <event2/event.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

// prctl is variadic, which Swift cannot call; pthread_setname_np is hidden from Swift's Glibc module.
static inline int thread_set_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
