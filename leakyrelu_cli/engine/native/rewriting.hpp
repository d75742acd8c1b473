// What becomes of one word by the rule, and float64 to text: rewriting.py, core.py and formats.py once more, in C++.
//
// <charconv> writes correctly rounded, and unlike printf it ignores the locale.

#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "decimals.hpp"
#include "glance.hpp"
#include "numerals.hpp"

namespace leakyrelu {

enum class Operation { forward, gradient, inverse };

constexpr int most_precision = 999;
constexpr std::size_t most_width = 999;

// A printf conversion in lower case and without the flag #, at most so wide and precise; the plain engine serves the
// others.
struct Conversion {
    std::chars_format format;
    int precision;
    std::size_t width;
    char sign;   // of what is not negative: '+', ' ', or 0 for none
    bool left;   // blanks stand behind the number
    bool zeros;  // zeros stand between sign and digits
};

struct Rule {
    Operation operation;
    double alpha;
    std::optional<Conversion> conversion;
    bool abort;
    std::vector<std::string_view> na;  // words that stand for missing values
    char point;                        // what numbers have for a decimal point: a point or a comma
    std::optional<Decimal> exact;      // alpha's digits, not zero or one: exact products, of the function itself alone
};

// Rewrites one word after another; the text that it returns is good until the next.
class Rewriter {
  public:
    // The words are parts of a text that ends at `end`: up to there it may look.
    Rewriter(const Rule& rule, const char* end) : rule_(rule), end_(end) {}

    // The new text, which is the word itself where nothing changes; nothing if it is not a number.
    std::optional<std::string_view> operator()(std::string_view word) {
        if (keeps() && is_positive_numeral(word)) return word;
        if (rule_.exact) return exact(word);
        std::optional<double> z = parse(word, rule_.point);
        if (!z) return std::nullopt;
        double value = apply(*z);
        if (keeps() && (value == *z || (std::isnan(value) && std::isnan(*z)))) return word;
        return marked(rule_.conversion ? formatted(value) : canonical(value));
    }

  private:
    bool keeps() const { return !rule_.conversion && rule_.operation != Operation::gradient; }

    // Positive or zero: no operation changes it, whatever its value is.
    bool is_positive_numeral(std::string_view word) const {
        if (word.empty() || !is_digit(word.front())) return false;
        if (word.size() < glance_size && can_glance(word.data(), end_)) {
            Glance bytes(word.data(), end_);
            const unsigned all = (1u << word.size()) - 1;
            const unsigned digits = bytes.between('0', '9') & all, points = bytes.equal(rule_.point) & all;
            if ((digits | points) == all && (points & (points - 1)) == 0) return true;
        }
        return is_finite_numeral(word.data(), word.data() + word.size(), rule_.point);
    }

    // The product of the digits as written.
    std::optional<std::string_view> exact(std::string_view word) {
        const bool negative = !word.empty() && word.front() == '-';
        const std::string_view digits = word.substr(negative ? 1 : 0);
        if (!is_finite_numeral(digits.data(), digits.data() + digits.size(), rule_.point))
            return parse(word, rule_.point) ? std::optional(word) : std::nullopt;  // positive, or not finite: it stays
        if (!negative) return word;
        Decimal z;
        if (!read_decimal(digits, rule_.point, z)) throw Declined();
        return z.count == 0 ? word : product_(z, *rule_.exact, rule_.point);
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
        const char* mark = end[-4] == 'e' ? end - 4 : end - 5;  // two digits or three, behind a sign
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
        const Conversion& by = *rule_.conversion;
        if (by.sign && !std::signbit(value)) *out++ = by.sign;
        out = written(std::to_chars(out, text_.data() + text_.size(), value, by.format, by.precision));
        const auto size = static_cast<std::size_t>(out - text_.data());
        return {text_.data(), size < by.width ? padded(size, std::isfinite(value)) : size};
    }

    // Fills the width, where the text of this size, which is shorter, does not; the new size. C writes no 00inf.
    std::size_t padded(std::size_t size, bool finite) {
        const Conversion& by = *rule_.conversion;
        const bool zeros = by.zeros && finite && !by.left;
        const std::size_t kept = by.left ? size : zeros && !is_digit(text_.front()) ? 1 : 0;  // what stays where it is
        char* const gap = text_.data() + kept;
        std::memmove(gap + (by.width - size), gap, size - kept);
        std::memset(gap, zeros ? '0' : ' ', by.width - size);
        return by.width;
    }

    // The same text with the rule's decimal point; where it has one, it is what was written last.
    std::string_view marked(std::string_view text) {
        if (rule_.point == '.') return text;
        const std::size_t at = text.find('.');
        if (at != std::string_view::npos) text_[at] = rule_.point;
        return text;
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
    NegativeProduct product_;
    std::array<char, 1536> text_;  // %.999f of the largest float64 takes 1 + 309 + 1 + 999
};

}  // namespace leakyrelu
