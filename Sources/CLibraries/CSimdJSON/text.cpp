#include "text.hpp"

#include <charconv>
#include <cstring>
#include <limits>

namespace json {

static int hex_digit(uint8_t byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/// The code unit of four hex digits, or -1.
static int32_t code_unit(const uint8_t *at, const uint8_t *end) {
    if (end - at < 4) return -1;
    int32_t unit = 0;
    for (int index = 0; index < 4; ++index) {
        int digit = hex_digit(at[index]);
        if (digit < 0) return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

bool escapes_are_valid(const uint8_t *&at, const uint8_t *end) {
    while ((at = static_cast<const uint8_t *>(memchr(at, '\\', end - at)))) {
        if (end - at < 2) return false;
        switch (at[1]) {
        case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
            at += 2;
            break;
        case 'u': {
            int32_t unit = code_unit(at + 2, end);
            if (unit < 0 || (unit & 0xFC00) == 0xDC00) return false;
            if ((unit & 0xFC00) != 0xD800) {
                at += 6;
                break;
            }
            if (end - at < 12 || at[6] != '\\' || at[7] != 'u') return false;
            int32_t low = code_unit(at + 8, end);
            if (low < 0 || (low & 0xFC00) != 0xDC00) return false;
            at += 12;
            break;
        }
        default:
            return false;
        }
    }
    return true;
}

bool skip_number(const uint8_t *&at, const uint8_t *end, bool &has_fraction) {
    auto digits = [&] {
        const uint8_t *first = at;
        while (at < end && static_cast<uint8_t>(*at - '0') < 10) ++at;
        return at > first;
    };
    has_fraction = false;
    if (at < end && *at == '-') ++at;
    if (at < end && *at == '0') ++at;
    else if (!digits()) return false;
    if (at < end && *at == '.') {
        has_fraction = true;
        ++at;
        if (!digits()) return false;
    }
    if (at < end && (*at | 0x20) == 'e') {
        has_fraction = true;
        ++at;
        if (at < end && (*at == '+' || *at == '-')) ++at;
        if (!digits()) return false;
    }
    return true;
}

/// Whether a number that is out of a double's range is so because it is large, not because it is near zero.
static bool is_large(const uint8_t *at, const uint8_t *end) {
    int64_t magnitude = 0;  // of the first digit that is not zero, as a power of ten
    bool past_point = false, found = false;
    for (; at < end && (*at | 0x20) != 'e'; ++at) {
        if (*at == '.') past_point = true;
        else if (*at == '-') continue;
        else if (found) magnitude += !past_point;
        else if (*at != '0') found = true;
        else magnitude -= past_point;
    }
    if (at == end) return magnitude > 0;
    ++at;
    bool negative = *at == '-';
    if (*at == '-' || *at == '+') ++at;
    int64_t exponent = 0;
    for (; at < end; ++at) {
        if (exponent < INT64_C(1) << 40) exponent = exponent * 10 + (*at - '0');
    }
    return magnitude + (negative ? -exponent : exponent) > 0;
}

}  // namespace json

size_t json_unescape(const uint8_t *at, size_t size, uint8_t *output) {
    const uint8_t *end = at + size;
    uint8_t *out = output;
    while (at < end) {
        auto *slash = static_cast<const uint8_t *>(memchr(at, '\\', end - at));
        size_t clean = (slash ? slash : end) - at;
        memcpy(out, at, clean);
        out += clean;
        if (!slash) break;
        at = slash + 2;
        switch (slash[1]) {
        case 'b': *out++ = '\b'; break;
        case 'f': *out++ = '\f'; break;
        case 'n': *out++ = '\n'; break;
        case 'r': *out++ = '\r'; break;
        case 't': *out++ = '\t'; break;
        case 'u': {
            uint32_t scalar = json::code_unit(at, end);
            at += 4;
            if ((scalar & 0xFC00) == 0xD800) {
                scalar = 0x10000 + ((scalar & 0x3FF) << 10) + (json::code_unit(at + 2, end) & 0x3FF);
                at += 6;
            }
            if (scalar < 0x80) {
                *out++ = scalar;
                break;
            }
            if (scalar < 0x800) {
                *out++ = 0xC0 | scalar >> 6;
            } else {
                if (scalar < 0x10000) {
                    *out++ = 0xE0 | scalar >> 12;
                } else {
                    *out++ = 0xF0 | scalar >> 18;
                    *out++ = 0x80 | (scalar >> 12 & 0x3F);
                }
                *out++ = 0x80 | (scalar >> 6 & 0x3F);
            }
            *out++ = 0x80 | (scalar & 0x3F);
            break;
        }
        default: *out++ = slash[1];
        }
    }
    return out - output;
}

double json_double(const uint8_t *number, size_t size) {
    auto *first = reinterpret_cast<const char *>(number);
    double value = 0;
    auto result = std::from_chars(first, first + size, value);  // takes no notice of the locale, unlike strtod
    if (result.ec != std::errc::result_out_of_range) return value;
    value = json::is_large(number, number + size) ? std::numeric_limits<double>::infinity() : 0.0;
    return *number == '-' ? -value : value;
}
