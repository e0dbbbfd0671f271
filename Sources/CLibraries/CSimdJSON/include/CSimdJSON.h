// The C face of simdjson: a text goes in, a tape of nodes with byte offsets comes out. Nothing here needs padding after
// the text and nothing keeps a pointer to it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    JSON_KIND_NULL,
    JSON_KIND_FALSE,
    JSON_KIND_TRUE,
    JSON_KIND_NUMBER,
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT,
};

// The layout of json_node.info, from the lowest bit: kind (4 bits), escaped, fraction, count (26 bits).
enum {
    JSON_INFO_KIND = 0xF,
    JSON_INFO_ESCAPED = 1 << 4,   // a string with at least one backslash
    JSON_INFO_FRACTION = 1 << 5,  // a number with a point or an exponent
    JSON_INFO_COUNT_SHIFT = 6,    // members of an object, elements of an array
};

enum {
    JSON_DEPTH_LIMIT = 256,       // arrays and objects inside each other
    JSON_SIZE_LIMIT = 1 << 27,    // bytes of text, so that a count fits its 26 bits
    JSON_NODE_LIMIT = 1 << 24,    // values and keys of one text: 256 MB of nodes
};

// One value, or one key of an object. The tape is in the order of the text: an object's first key follows it, a key's
// value follows the key, the next key or element is at `next` of the value before it.
typedef struct {
    uint32_t start;  // offset of the first byte: the quote of a string, the brace of an object
    uint32_t end;    // offset after the last byte
    uint32_t next;   // index of the node after this one and all it holds
    uint32_t info;
} json_node;

enum {
    JSON_OK,
    JSON_EMPTY,
    JSON_TRUNCATED,
    JSON_INVALID_UTF8,
    JSON_INVALID_ESCAPE,
    JSON_INVALID_NUMBER,
    JSON_UNEXPECTED_CHARACTER,
    JSON_CONTROL_CHARACTER,
    JSON_BYTE_ORDER_MARK,
    JSON_TOO_DEEP,
    JSON_DUPLICATE_KEY,
    JSON_TRAILING_CONTENT,
    JSON_TOO_LARGE,
    JSON_OUT_OF_MEMORY,
};

#define JSON_OFFSET_UNKNOWN UINT32_MAX

typedef struct {
    uint32_t reason;  // JSON_OK, or what is wrong
    uint32_t offset;  // of the first byte at fault
} json_failure;

// Parses and validates one whole text. With JSON_OK, `*nodes` is a tape that the caller frees with json_free_nodes;
// otherwise it is NULL. Scratch memory is kept per thread.
json_failure json_parse(const uint8_t *text, size_t size, json_node **nodes);
void json_free_nodes(json_node *nodes);

// Writes what the escaped inside of a string (no quotes, already validated) means, in UTF-8, and returns its size,
// which is at most `size`.
size_t json_unescape(const uint8_t *inside, size_t size, uint8_t *output);

// How many bytes the inside of a string has that starts at `text`, after its opening quote; -1 when no valid one ends
// within `size` bytes.
ptrdiff_t json_inside(const uint8_t *text, size_t size);

// The double nearest to a number that json_parse accepted; infinite when it is too large for one.
double json_double(const uint8_t *number, size_t size);

#ifdef __cplusplus
}
#endif
