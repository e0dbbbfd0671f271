#pragma once
#include <mimalloc.h>

// Release builds are linked with mimalloc, which then serves every malloc; others are not, and there the symbol is null.
#pragma weak mi_option_set

// Freed memory goes back to the system after so long, and not after 25 ms: that is sooner than the next request with a large
// body uses it again, and each page taken anew is a fault.
static inline void allocator_keep_freed_memory(long milliseconds) {
#if MI_MALLOC_VERSION < 210
    if (mi_option_set) mi_option_set(mi_option_decommit_delay, milliseconds);
#else
    if (mi_option_set) mi_option_set(mi_option_purge_delay, milliseconds);
#endif
}
