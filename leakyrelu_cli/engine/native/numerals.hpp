// The number grammar, the formulas, float64 to and from text: numerals.py, core.py and formats.py once more, in C++.
//
// <charconv> reads and writes correctly rounded, and unlike strtod and printf it ignores the locale.

#pragma once

#include <array>
#include <cassert>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

#include "glance.hpp"

namespace leakyrelu {

enum class Operation { forward, gradient, inverse };

constexpr int most_precision = 999;

// A printf conversion without width, at most so precise; the plain engine serves the others.
struct Conversion {
    std::chars_format format;
    int precision;
    bool plus;
};

struct Rule {
    Operation operation;
    double alpha;
    std::optional<Conversion> conversion;
    bool abort;
};

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

inline const char* skip_digits(const char* at, const char* end) {
    while (at != end && is_digit(*at)) ++at;
    return at;
}

// Whether an unsigned text is finite: ( digits [ . digits? ] | . digits ) ( e [+-]? digits )?
inline bool is_finite_numeral(const char* at, const char* end) {
    const char* whole = skip_digits(at, end);
    bool digits = whole != at;
    at = whole;
    if (at != end && *at == '.') {
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
inline std::optional<double> parse_short(std::string_view text) {
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
        } else if (c == '.' && !pointed) {
            pointed = true;
        } else {
            return std::nullopt;
        }
    }
    if (read == 0 || digits >= std::uint64_t{1} << 53) return std::nullopt;
    return static_cast<double>(digits) / powers[fraction];
}

// The nearest float64, or nothing if the word is not a number.
inline std::optional<double> parse(std::string_view word) {
    bool negative = !word.empty() && word.front() == '-';
    std::string_view text = word.substr(negative || (!word.empty() && word.front() == '+') ? 1 : 0);
    double value = 0;
    if (auto quick = parse_short(text)) {
        value = *quick;
    } else if (is_finite_numeral(text.data(), text.data() + text.size())) {
        auto error = std::from_chars(text.data(), text.data() + text.size(), value).ec;
        if (error == std::errc::result_out_of_range)
            value = is_huge(text) ? std::numeric_limits<double>::infinity() : 0.0;
        else if (error != std::errc())
            return std::nullopt;
    } else if (equals_ignoring_case(text, "inf") || equals_ignoring_case(text, "infinity")) {
        value = std::numeric_limits<double>::infinity();
    } else if (equals_ignoring_case(text, "nan")) {
        value = std::numeric_limits<double>::quiet_NaN();
    } else {
        return std::nullopt;
    }
    return negative ? -value : value;
}

// Rewrites one word after another; the text that it returns is good until the next.
class Rewriter {
  public:
    // The words are parts of a text that ends at `end`: up to there it may look.
    Rewriter(const Rule& rule, const char* end) : rule_(rule), end_(end) {}

    // The new text, which is the word itself where nothing changes; nothing if it is not a number.
    std::optional<std::string_view> operator()(std::string_view word) {
        if (keeps() && is_positive_numeral(word)) return word;
        std::optional<double> z = parse(word);
        if (!z) return std::nullopt;
        double value = apply(*z);
        if (keeps() && (value == *z || (std::isnan(value) && std::isnan(*z)))) return word;
        return rule_.conversion ? formatted(value) : canonical(value);
    }

  private:
    bool keeps() const { return !rule_.conversion && rule_.operation != Operation::gradient; }

    // Positive or zero: no operation changes it, whatever its value is.
    bool is_positive_numeral(std::string_view word) const {
        if (word.empty() || !is_digit(word.front())) return false;
        if (word.size() < glance_size && can_glance(word.data(), end_)) {
            Glance bytes(word.data(), end_);
            const unsigned all = (1u << word.size()) - 1;
            const unsigned digits = bytes.between('0', '9') & all, points = bytes.equal('.') & all;
            if ((digits | points) == all && (points & (points - 1)) == 0) return true;
        }
        return is_finite_numeral(word.data(), word.data() + word.size());
    }

    double apply(double z) const {
        switch (rule_.operation) {
            case Operation::forward: return z > 0 ? z : rule_.alpha * z;
            case Operation::inverse: return z > 0 ? z : z / rule_.alpha;
            case Operation::gradient: break;
        }
        return std::isnan(z) ? z : z > 0 ? 1.0 : rule_.alpha;
    }

    // Python's repr without a trailing ".0".
    std::string_view canonical(double value) {
        if (std::isnan(value)) return "nan";
        if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
        char digits[32];  // d.ddddddddddddddddde-xxx
        const char* end =
            written(std::to_chars(digits, digits + sizeof digits, std::abs(value), std::chars_format::scientific));
        const char* mark = static_cast<const char*>(std::memchr(digits, 'e', static_cast<std::size_t>(end - digits)));
        int exponent = 0;
        for (const char* digit = mark + 2; digit != end; ++digit) exponent = exponent * 10 + (*digit - '0');
        if (mark[1] == '-') exponent = -exponent;
        char* out = text_.data();
        if (std::signbit(value)) *out++ = '-';
        if (exponent < -4 || exponent >= 16) {
            out = copy(digits, end, out);  // to_chars writes exponents of two digits at least, as repr does
        } else if (exponent < 0) {
            static constexpr char zeros[] = "0.0000";
            out = copy(zeros, zeros + 1 - exponent, out);
            *out++ = digits[0];
            if (mark > digits + 1) out = copy(digits + 2, mark, out);
        } else {
            *out++ = digits[0];
            const char* rest = mark > digits + 1 ? digits + 2 : mark;
            const char* point = mark - rest > exponent ? rest + exponent : mark;
            out = copy(rest, point, out);
            for (long zeros = exponent - (point - rest); zeros > 0; --zeros) *out++ = '0';
            if (point != mark) {
                *out++ = '.';
                out = copy(point, mark, out);
            }
        }
        return {text_.data(), static_cast<std::size_t>(out - text_.data())};
    }

    std::string_view formatted(double value) {
        char* out = text_.data();
        if (std::isnan(value)) value = std::abs(value);
        const auto [format, precision, plus] = *rule_.conversion;
        if (plus && !std::signbit(value)) *out++ = '+';
        out = written(std::to_chars(out, text_.data() + text_.size(), value, format, precision));
        return {text_.data(), static_cast<std::size_t>(out - text_.data())};
    }

    // Where the text ends. There is room for the longest; should a library need more, half a number must not come out.
    static char* written(std::to_chars_result result) {
        if (result.ec != std::errc()) throw std::system_error(std::make_error_code(result.ec));
        return result.ptr;
    }

    static char* copy(const char* first, const char* last, char* out) {
        std::memcpy(out, first, static_cast<std::size_t>(last - first));
        return out + (last - first);
    }

    const Rule& rule_;
    const char* const end_;
    std::array<char, 1536> text_;  // %.999f of the largest float64 takes 1 + 309 + 1 + 999
};

}  // namespace leakyrelu
