// The number grammar and text to float64: numerals.py once more, in C++.
//
// <charconv> reads correctly rounded, and unlike strtod it ignores the locale. A C++ library whose <charconv> reads no
// doubles (libc++ before LLVM 20, and so macOS) lacks the feature's macro: there, strtod_l reads them in the C locale.

#pragma once

#include <algorithm>
#include <cassert>
#include <cfloat>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#ifndef __cpp_lib_to_chars
#include <locale.h>
#include <stdlib.h>
#if __has_include(<xlocale.h>)
#include <xlocale.h>
#endif
#endif

namespace leakyrelu {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

inline const char* skip_digits(const char* at, const char* end) {
    while (at != end && is_digit(*at)) ++at;
    return at;
}

// Whether an unsigned text is finite: ( digits [ . digits? ] | . digits ) ( e [+-]? digits )?
inline bool is_finite_numeral(const char* at, const char* end, char dot) {
    const char* whole = skip_digits(at, end);
    bool digits = whole != at;
    at = whole;
    if (at != end && *at == dot) {
        const char* fraction = skip_digits(at + 1, end);
        digits |= fraction != at + 1;
        at = fraction;
    }
    if (!digits) return false;
    if (at == end) return true;
    if (lower(*at) != 'e') return false;
    ++at;
    if (at != end && (*at == '+' || *at == '-')) ++at;
    const char* exponent = skip_digits(at, end);
    return exponent != at && exponent == end;
}

inline bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
    if (text.size() != lower_case.size()) return false;
    for (std::size_t i = 0; i != text.size(); ++i)
        if (lower(text[i]) != lower_case[i]) return false;
    return true;
}

// The exponent that a finite numeral ends with, "e-7"; of a huge one only so many digits as outweigh any others.
inline long long read_exponent(std::string_view text) {
    assert(text.size() > 1 && lower(text.front()) == 'e');
    text.remove_prefix(1);
    const bool negative = text.front() == '-';
    if (!is_digit(text.front())) text.remove_prefix(1);
    constexpr long long enough = std::numeric_limits<long long>::max() / 100;
    long long value = 0;
    for (char c : text) value = value < enough ? value * 10 + (c - '0') : value;
    return negative ? -value : value;
}

// Whether a finite numeral that no float64 can hold is too large rather than too small.
inline bool is_huge(std::string_view text) {
    long long exponent = 0;  // of the first digit that is not zero
    bool point = false, found = false;
    for (std::size_t i = 0; i != text.size(); ++i) {
        if (lower(text[i]) == 'e') {
            exponent += read_exponent(text.substr(i));
            break;
        }
        if (text[i] == '.') {
            point = true;
            continue;
        }
        found |= text[i] != '0';
        if (found && !point) ++exponent;
        if (!found && point) --exponent;
    }
    return exponent > 0;
}

// The nearest float64 of a short decimal, [0-9]*[.]?[0-9]*: an integer below 2^53 and a power of ten up to 10^22 are
// exact, so that one division is all the rounding there is (W. D. Clinger, PLDI 1990). Most data is of this kind.
inline std::optional<double> parse_short(std::string_view text, char dot) {
    static constexpr double powers[] = {1e0, 1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,
                                        1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17};
    if (text.size() > 17 || FLT_EVAL_METHOD != 0) return std::nullopt;
    std::uint64_t digits = 0;
    std::size_t read = 0, fraction = 0;
    bool pointed = false;
    for (char c : text) {
        if (is_digit(c)) {
            digits = digits * 10 + static_cast<std::uint64_t>(c - '0');
            ++read;
            fraction += pointed;
        } else if (c == dot && !pointed) {
            pointed = true;
        } else {
            return std::nullopt;
        }
    }
    if (read == 0 || digits >= std::uint64_t{1} << 53) return std::nullopt;
    return static_cast<double>(digits) / powers[fraction];
}

// The nearest float64 of an unsigned finite numeral with a decimal point.
inline std::optional<double> parse_finite(std::string_view text) {
#ifndef __cpp_lib_to_chars
    static const locale_t c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
    return strtod_l(std::string(text).c_str(), nullptr, c_locale);
#else
    double value = 0;
    const auto error = std::from_chars(text.data(), text.data() + text.size(), value).ec;
    if (error == std::errc::result_out_of_range) return is_huge(text) ? std::numeric_limits<double>::infinity() : 0.0;
    if (error != std::errc()) return std::nullopt;
    return value;
#endif
}

// The nearest float64 of an unsigned word, or nothing if it is not a number.
inline std::optional<double> parse_unsigned(std::string_view text, char dot) {
    if (auto quick = parse_short(text, dot)) return quick;
    if (is_finite_numeral(text.data(), text.data() + text.size(), dot)) {
        if (dot == '.') return parse_finite(text);
        std::string pointed(text);
        std::replace(pointed.begin(), pointed.end(), dot, '.');
        return parse_finite(pointed);
    }
    if (equals_ignoring_case(text, "inf") || equals_ignoring_case(text, "infinity"))
        return std::numeric_limits<double>::infinity();
    if (equals_ignoring_case(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
    return std::nullopt;
}

// The nearest float64, or nothing if the word is not a number. Its decimal point is this dot.
inline std::optional<double> parse(std::string_view word, char dot = '.') {
    const bool negative = !word.empty() && word.front() == '-';
    const bool has_sign = negative || (!word.empty() && word.front() == '+');
    std::optional<double> value = parse_unsigned(word.substr(has_sign ? 1 : 0), dot);
    if (value && negative) value = -*value;
    return value;
}

}  // namespace leakyrelu
