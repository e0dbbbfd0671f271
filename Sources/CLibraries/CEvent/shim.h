#pragma once
// Swift's own Glibc module sees <sys/select.h> without X/Open names; seen with them here, `fd_set` would be two types.
#include <features.h>
#pragma push_macro("__USE_XOPEN")
#undef __USE_XOPEN
#include <sys/select.h>
#pragma pop_macro("__USE_XOPEN")
#include <event2/event.h>
#include <sys/eventfd.h>
