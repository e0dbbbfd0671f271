#pragma once
#include <zlib.h>

// A macro in zlib.h. `window` is what windowBits is there: 15 + 32 finds out whether it is gzip or zlib's format, -15 is
// deflate without either's frame.
static inline int inflate_begin(z_stream *stream, int window) { return inflateInit2(stream, window); }
