#include "text.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace json {
namespace {

struct Key {
    uint64_t signature;
    const uint8_t *bytes;
    uint32_t size;
    uint32_t node;

    bool equals(const Key &other) const {
        return signature == other.signature && size == other.size && memcmp(bytes, other.bytes, size) == 0;
    }

    /// A total order by content, so that sorting keys with crafted signatures costs no more than sorting text.
    bool operator<(const Key &other) const {
        if (signature != other.signature) return signature < other.signature;
        if (size != other.size) return size < other.size;
        int order = memcmp(bytes, other.bytes, size);
        return order != 0 ? order < 0 : node < other.node;
    }
};

/// Differs for most keys that differ: both ends and the size.
uint64_t signature(const uint8_t *bytes, size_t size) {
    uint64_t first = 0, last = 0;
    if (size >= 8) {
        memcpy(&first, bytes, 8);
        memcpy(&last, bytes + size - 8, 8);
    } else if (size >= 4) {
        uint32_t low, high;
        memcpy(&low, bytes, 4);
        memcpy(&high, bytes + size - 4, 4);
        first = low;
        last = high;
    } else if (size > 0) {
        first = bytes[0] | bytes[size / 2] << 8 | bytes[size - 1] << 16;
    }
    return (first ^ (last << 29 | last >> 35)) + size * UINT64_C(0x9E3779B97F4A7C15);
}

Key plain_key(const uint8_t *text, const json_node &node, uint32_t index) {
    const uint8_t *bytes = text + node.start + 1;
    uint32_t size = node.end - node.start - 2;
    return {signature(bytes, size), bytes, size, index};
}

/// For objects with many keys or with escaped ones: n log n in the number of keys, whatever they are.
uint32_t duplicate_by_sorting(const uint8_t *text, const json_node *nodes, uint32_t first, uint32_t count) {
    size_t room = 0;
    for (uint32_t index = first, left = count; left > 0; --left, index = nodes[index + 1].next) {
        if (nodes[index].info & JSON_INFO_ESCAPED) room += nodes[index].end - nodes[index].start;
    }
    std::vector<uint8_t> unescaped(room);
    std::vector<Key> keys;
    keys.reserve(count);
    uint8_t *free = unescaped.data();
    for (uint32_t index = first, left = count; left > 0; --left, index = nodes[index + 1].next) {
        Key key = plain_key(text, nodes[index], index);
        if (nodes[index].info & JSON_INFO_ESCAPED) {
            size_t size = json_unescape(key.bytes, key.size, free);
            key = {signature(free, size), free, static_cast<uint32_t>(size), index};
            free += size;
        }
        keys.push_back(key);
    }
    std::sort(keys.begin(), keys.end());
    uint32_t found = 0;
    for (size_t index = 1; index < keys.size(); ++index) {
        if (keys[index].equals(keys[index - 1]) && (found == 0 || keys[index].node < found)) found = keys[index].node;
    }
    return found;
}

}  // namespace

uint32_t duplicate_key(const uint8_t *text, const json_node *nodes, uint32_t object, uint32_t count) {
    constexpr uint32_t few = 16;
    uint32_t first = object + 1;
    if (count > few) return duplicate_by_sorting(text, nodes, first, count);
    Key keys[few];
    uint32_t index = first;
    for (uint32_t seen = 0; seen < count; ++seen, index = nodes[index + 1].next) {
        if (nodes[index].info & JSON_INFO_ESCAPED) return duplicate_by_sorting(text, nodes, first, count);
        keys[seen] = plain_key(text, nodes[index], index);
        for (uint32_t other = 0; other < seen; ++other) {
            if (keys[other].equals(keys[seen])) return index;
        }
    }
    return 0;
}

}  // namespace json
