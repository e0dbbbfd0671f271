#include "text.hpp"

#include <cstring>
#include <simdjson.h>

/// Whether eight bytes are neither quotes, backslashes nor control characters, nor part of anything but ASCII.
static bool are_plain(const uint8_t *at) {
    constexpr uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
    uint64_t word;
    memcpy(&word, at, 8);
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
    return ((word | (word - ones * 0x20) | (quote - ones) | (backslash - ones)) & high) == 0;
}

ptrdiff_t json_inside(const uint8_t *text, size_t size) {
    size_t end = 0;
    uint8_t seen = 0;
    bool has_escape = false;
    while (end + 8 <= size && are_plain(text + end)) end += 8;
    for (; end < size && text[end] != '"'; ++end) {
        if (text[end] < 0x20) return -1;
        seen |= text[end];
        if (text[end] != '\\') continue;
        has_escape = true;
        ++end;  // what is escaped is looked at below
    }
    if (end >= size) return -1;
    const uint8_t *at = text;
    if (has_escape && !json::escapes_are_valid(at, text + end)) return -1;
    if (seen >= 0x80 && !simdjson::validate_utf8(reinterpret_cast<const char *>(text), end)) return -1;
    return static_cast<ptrdiff_t>(end);
}
