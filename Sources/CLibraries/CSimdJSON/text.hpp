// What the files of this shim share.
#pragma once

#include "CSimdJSON.h"

namespace json {

/// White space as RFC 8259, section 2 has it.
inline bool is_space(uint8_t byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/// Whether every escape of a string's inside is one of RFC 8259, section 7, no surrogate alone.
/// `at` is left at the backslash of the first that is not.
bool escapes_are_valid(const uint8_t *&at, const uint8_t *end);

/// Moves `at` past the longest number (RFC 8259, section 6) that starts there; false when there is none, `at` then
/// being the byte that cannot be.
bool skip_number(const uint8_t *&at, const uint8_t *end, bool &has_fraction);

/// The index of a key node that an earlier key of the same object equals once unescaped, or 0.
uint32_t duplicate_key(const uint8_t *text, const json_node *nodes, uint32_t object, uint32_t count);

/// Why and where `text`, which failed, is wrong: a plain scan that only broken texts pay for.
json_failure locate(const uint8_t *text, size_t size);

}  // namespace json
