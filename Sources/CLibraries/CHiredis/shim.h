#pragma once
// Swift's own Glibc module sees <sys/select.h> without X/Open names; seen with them here, `fd_set` would be two types.
#include <features.h>
#pragma push_macro("__USE_XOPEN")
#undef __USE_XOPEN
#include <sys/select.h>
#pragma pop_macro("__USE_XOPEN")
#include <hiredis/hiredis.h>
#include <stdlib.h>

// The formatter wants a pointer for each word; here the words lie one after the other in `bytes`. Its result's type changed
// with hiredis 1.0. The caller frees `*command` with redisFreeCommand.
static inline long long redis_format(char **command, int words, const char *bytes, const size_t *lengths) {
    const char *few[32];
    const char **starts = words <= 32 ? few : malloc(sizeof *starts * (size_t)words);
    if (!starts) return -1;
    for (int word = 0; word < words; word++) {
        starts[word] = bytes;
        bytes += lengths[word];
    }
    long long length = redisFormatCommandArgv(command, words, starts, lengths);
    if (starts != few) free(starts);
    return length;
}

// Bytes that the reader keeps because no reply is complete yet.
static inline size_t redis_reader_backlog(const redisReader *reader) { return reader->len - reader->pos; }
