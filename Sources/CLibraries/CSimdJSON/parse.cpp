// simdjson's first stage finds every brace, comma, colon and first byte of a scalar, validates UTF-8 and finds strings
// that do not end. The second stage here is our own, because simdjson's tape does not keep byte offsets and gateways
// splice by them.

#include "text.hpp"

#include <simdjson.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace json {
namespace {

using Indexer = simdjson::internal::dom_parser_implementation;

/// Above this many bytes of text the index, four times as large, is given back after the parse.
constexpr size_t kept_capacity = 1 << 20;

struct ThreadState {
    std::unique_ptr<Indexer> indexer;
    size_t capacity = 0;

    bool reserve(size_t size) {
        if (size <= capacity) return true;
        size_t wanted = 1 << 14;
        while (wanted < size) wanted *= 2;
        indexer.reset();
        capacity = 0;
        auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(wanted, 1, indexer);
        if (error) return false;
        capacity = wanted;
        return true;
    }

    void trim() {
        if (capacity <= kept_capacity) return;
        indexer.reset();
        capacity = 0;
    }
};

thread_local ThreadState state;

bool has_backslash(const uint8_t *at, size_t size) {
    if (size >= 32) return memchr(at, '\\', size) != nullptr;
    constexpr uint64_t ones = UINT64_C(0x0101010101010101);
    auto found = [&](const uint8_t *from) {
        uint64_t word;
        memcpy(&word, from, 8);
        word ^= ones * '\\';
        return (word - ones) & ~word & (ones << 7);
    };
    if (size >= 8) {
        uint64_t any = found(at + size - 8);
        for (size_t index = 0; index + 8 <= size; index += 8) any |= found(at + index);
        return any != 0;
    }
    bool any = false;
    for (size_t index = 0; index < size; ++index) any |= at[index] == '\\';
    return any;
}

/// The second stage: from structural positions to nodes.
struct Walk {
    const uint8_t *const text;
    const uint32_t *at;  // the next structural position
    const uint32_t *const stop;
    json_node *const nodes;
    const uint32_t limit;
    uint32_t used = 0;
    uint32_t duplicate = 0;

    /// Where the string or scalar that starts at `start` ends: between it and the next structural position (or the end
    /// of the text, which the index holds after the last) stands nothing but space.
    uint32_t end_of_scalar() const {
        uint32_t end = *at;
        while (is_space(text[end - 1])) --end;
        return end;
    }

    bool string(uint32_t start) {
        uint32_t end = end_of_scalar();
        if (end - start < 2 || text[end - 1] != '"') return false;
        uint32_t info = JSON_KIND_STRING;
        const uint8_t *inside = text + start + 1;
        if (has_backslash(inside, end - start - 2)) {
            if (!escapes_are_valid(inside, text + end - 1)) return false;
            info |= JSON_INFO_ESCAPED;
        }
        nodes[used] = {start, end, used + 1, info};
        ++used;
        return true;
    }

    bool literal(uint32_t start, const char *word, uint32_t size, uint32_t kind) {
        uint32_t end = end_of_scalar();
        if (end - start != size || memcmp(text + start, word, size) != 0) return false;
        nodes[used] = {start, end, used + 1, kind};
        ++used;
        return true;
    }

    bool number(uint32_t start) {
        uint32_t end = end_of_scalar();
        bool has_fraction;
        const uint8_t *past = text + start;
        if (!skip_number(past, text + end, has_fraction) || past != text + end) return false;
        nodes[used] = {start, end, used + 1, JSON_KIND_NUMBER | (has_fraction ? JSON_INFO_FRACTION : 0u)};
        ++used;
        return true;
    }

    /// - Returns: false when the text is wrong, `duplicate` being the key to blame if there is one.
    bool run() {
        struct Frame {
            uint32_t node;
            uint32_t count;
        };
        Frame frames[JSON_DEPTH_LIMIT];
        int depth = 0;
        bool in_object = false;
        Frame open = {0, 0};

    value: {
        if (at == stop || used == limit) return false;
        uint32_t start = *at++;
        switch (text[start]) {
        case '{':
        case '[':
            if (depth == JSON_DEPTH_LIMIT) return false;
            frames[depth++] = open;
            open = {used, 0};
            in_object = text[start] == '{';
            nodes[used++] = {start, 0, 0, static_cast<uint32_t>(in_object ? JSON_KIND_OBJECT : JSON_KIND_ARRAY)};
            if (at != stop && text[*at] == (in_object ? '}' : ']')) goto close;
            if (in_object) goto key;
            ++open.count;
            goto value;
        case '"':
            if (!string(start)) return false;
            break;
        case 't':
            if (!literal(start, "true", 4, JSON_KIND_TRUE)) return false;
            break;
        case 'f':
            if (!literal(start, "false", 5, JSON_KIND_FALSE)) return false;
            break;
        case 'n':
            if (!literal(start, "null", 4, JSON_KIND_NULL)) return false;
            break;
        default:
            if (!number(start)) return false;
        }
    }

    after_value:
        if (depth == 0) return at == stop;
        if (at == stop) return false;
        switch (text[*at]) {
        case ',':
            ++at;
            if (in_object) goto key;
            ++open.count;
            goto value;
        case '}':
            if (!in_object) return false;
            if (open.count > 1 && (duplicate = duplicate_key(text, nodes, open.node, open.count)) != 0) return false;
            goto close;
        case ']':
            if (in_object) return false;
            goto close;
        default:
            return false;
        }

    key: {
        if (at == stop || used == limit) return false;
        uint32_t start = *at++;
        if (text[start] != '"' || !string(start)) return false;
        if (at == stop || text[*at] != ':') return false;
        ++at;
        ++open.count;
        goto value;
    }

    close:
        nodes[open.node].end = *at++ + 1;
        nodes[open.node].next = used;
        nodes[open.node].info |= open.count << JSON_INFO_COUNT_SHIFT;
        open = frames[--depth];
        in_object = (nodes[open.node].info & JSON_INFO_KIND) == JSON_KIND_OBJECT;
        goto after_value;
    }
};

json_failure parse(const uint8_t *text, size_t size, json_node **nodes) {
    *nodes = nullptr;
    if (size > JSON_SIZE_LIMIT) return {JSON_TOO_LARGE, JSON_OFFSET_UNKNOWN};
    if (size == 0) return {JSON_EMPTY, 0};
    if (!state.reserve(size)) return {JSON_OUT_OF_MEMORY, JSON_OFFSET_UNKNOWN};
    Indexer &indexer = *state.indexer;
    if (indexer.stage1(text, size, simdjson::stage1_mode::regular) != simdjson::SUCCESS) return locate(text, size);

    // Every value but the first has a comma or a colon before it, or is the first in its array or object, whose closing
    // bracket is then to its account: so a text of n structural positions has at most (n + 1) / 2 values and keys.
    uint32_t count = indexer.n_structural_indexes;
    uint32_t limit = (count + 1) / 2;
    if (limit > JSON_NODE_LIMIT) limit = JSON_NODE_LIMIT;
    std::unique_ptr<json_node[], decltype(&free)> tape(
        static_cast<json_node *>(malloc(limit * sizeof(json_node))), &free);
    if (!tape) return {JSON_OUT_OF_MEMORY, JSON_OFFSET_UNKNOWN};

    const uint32_t *structurals = indexer.structural_indexes.get();
    Walk walk{text, structurals, structurals + count, tape.get(), limit};
    if (walk.run()) {
        *nodes = tape.release();
        return {JSON_OK, 0};
    }
    if (walk.duplicate) return {JSON_DUPLICATE_KEY, tape[walk.duplicate].start};
    if (walk.used == JSON_NODE_LIMIT) return {JSON_TOO_LARGE, JSON_OFFSET_UNKNOWN};
    return locate(text, size);
}

}  // namespace
}  // namespace json

json_failure json_parse(const uint8_t *text, size_t size, json_node **nodes) {
    json_failure failure = {JSON_OUT_OF_MEMORY, JSON_OFFSET_UNKNOWN};
    try {
        failure = json::parse(text, size, nodes);
    } catch (const std::bad_alloc &) {  // Swift cannot be unwound through
    }
    json::state.trim();
    return failure;
}

void json_free_nodes(json_node *nodes) {
    free(nodes);
}
