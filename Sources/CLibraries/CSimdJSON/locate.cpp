#include "text.hpp"

#include <cstring>

namespace json {
namespace {

/// Reads a text by recursive descent and stops at the first byte that no JSON text could have there.
/// It knows nothing of duplicate keys.
class Locator {
    const uint8_t *const first;
    const uint8_t *const end;
    const uint8_t *at;
    uint32_t reason = JSON_OK;

public:
    Locator(const uint8_t *text, size_t size) : first(text), end(text + size), at(text) {}

    json_failure run() {
        static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};
        if (end - at >= 3 && memcmp(at, mark, 3) == 0) return {JSON_BYTE_ORDER_MARK, 0};
        skip_space();
        if (at == end) return {JSON_EMPTY, static_cast<uint32_t>(at - first)};
        if (value(0)) {
            skip_space();
            if (at < end) reason = JSON_TRAILING_CONTENT;
        }
        if (reason == JSON_OK) return {JSON_UNEXPECTED_CHARACTER, JSON_OFFSET_UNKNOWN};
        return {reason, static_cast<uint32_t>(at - first)};
    }

private:
    bool fail(uint32_t why) {
        reason = why;
        return false;
    }

    bool unexpected() { return fail(at == end ? JSON_TRUNCATED : JSON_UNEXPECTED_CHARACTER); }

    void skip_space() {
        while (at < end && is_space(*at)) ++at;
    }

    bool take(uint8_t byte) {
        if (at == end || *at != byte) return false;
        ++at;
        return true;
    }

    bool value(int depth) {
        if (at == end) return unexpected();
        switch (*at) {
        case '{': case '[': return depth == JSON_DEPTH_LIMIT ? fail(JSON_TOO_DEEP) : container(depth + 1);
        case '"': return string();
        case 't': return literal("true");
        case 'f': return literal("false");
        case 'n': return literal("null");
        case '-': case '0': case '1': case '2': case '3': case '4':
        case '5': case '6': case '7': case '8': case '9': return number();
        default: return unexpected();
        }
    }

    bool container(int depth) {
        bool is_object = *at == '{';
        uint8_t closing = is_object ? '}' : ']';
        ++at;
        skip_space();
        if (take(closing)) return true;
        while (true) {
            if (is_object) {
                if (at == end || *at != '"') return unexpected();
                if (!string()) return false;
                skip_space();
                if (!take(':')) return unexpected();
                skip_space();
            }
            if (!value(depth)) return false;
            skip_space();
            if (take(closing)) return true;
            if (!take(',')) return unexpected();
            skip_space();
        }
    }

    bool literal(const char *word) {
        for (; *word; ++word) {
            if (!take(*word)) return unexpected();
        }
        return true;
    }

    bool number() {
        bool has_fraction;
        if (!skip_number(at, end, has_fraction)) return fail(at == end ? JSON_TRUNCATED : JSON_INVALID_NUMBER);
        // A number is complete, yet what follows was meant to be part of it: `01`, `1.2.3`.
        bool goes_on = at < end && (*at == '.' || *at == '-' || *at == '+' || (*at >= '0' && *at <= '9'));
        return !goes_on || fail(JSON_INVALID_NUMBER);
    }

    bool string() {
        ++at;
        while (at < end && *at != '"') {
            if (*at < 0x20) return fail(JSON_CONTROL_CHARACTER);
            if (*at == '\\' ? !escape() : *at < 0x80 ? !ascii() : !scalar()) return false;
        }
        return take('"') || fail(JSON_TRUNCATED);
    }

    bool escape() {
        // The validator takes a whole string inside; here one escape, or one pair of surrogates, is shown to it.
        size_t left = end - at;
        bool is_unit = left >= 2 && at[1] == 'u';
        for (size_t size = is_unit ? 6 : 2; size <= 12; size += 6) {
            const uint8_t *rest = at;
            if (left >= size && escapes_are_valid(rest, at + size)) {
                at += size;
                return true;
            }
            if (!is_unit) break;
        }
        size_t looked_at = is_unit ? 12 : 2;
        const uint8_t *quote = static_cast<const uint8_t *>(memchr(at + 1, '"', left - 1));
        return fail(left < looked_at && !quote ? JSON_TRUNCATED : JSON_INVALID_ESCAPE);
    }

    bool ascii() {
        ++at;
        return true;
    }

    /// One scalar above ASCII, well formed as RFC 3629, section 4 says.
    bool scalar() {
        uint8_t lead = *at;
        if (lead < 0xC2 || lead > 0xF4) return fail(JSON_INVALID_UTF8);
        int more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        for (int index = 1; index <= more; ++index, low = 0x80, high = 0xBF) {
            if (at + index == end) {
                at = end;
                return fail(JSON_TRUNCATED);
            }
            if (at[index] < low || at[index] > high) return fail(JSON_INVALID_UTF8);
        }
        at += more + 1;
        return true;
    }
};

}  // namespace

json_failure locate(const uint8_t *text, size_t size) {
    return Locator(text, size).run();
}

}  // namespace json
