#pragma once
// Swift's own Glibc module sees <sys/select.h> without X/Open names; seen with them here, `fd_set` would be two types.
#include <features.h>
#pragma push_macro("__USE_XOPEN")
#undef __USE_XOPEN
#include <sys/select.h>
#pragma pop_macro("__USE_XOPEN")
#include <hiredis/hiredis.h>
#include <stddef.h>

// Bytes that the reader keeps because no reply is complete yet.
static inline size_t redis_reader_backlog(const redisReader *reader) { return reader->len - reader->pos; }
