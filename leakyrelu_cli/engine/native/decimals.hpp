// Exact products of decimal numerals: decimals.py for all words but those of hundreds of digits.
//
// The product of two numerals is one product of integers, its digits, and the point put in its place: less work than
// float64's shortest text.

#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "numerals.hpp"

namespace leakyrelu {

// Thrown for what is left to the plain engine: it does the whole chunk then.
struct Declined {};

constexpr std::size_t limb_digits = 9;
constexpr std::uint64_t limb_base = 1'000'000'000;
constexpr std::size_t most_limbs = 40;
constexpr std::size_t most_digits = limb_digits * most_limbs;  // more than the digits of any float64 in plain notation
constexpr long long most_exponent = 400;  // the product of two is far from where plain notation becomes too long

// A finite number without its sign: an integer, in limbs of nine digits from the lowest on, times 10 ** exponent.
struct Decimal {
    std::array<std::uint32_t, most_limbs> limbs;
    std::size_t count;  // of limbs; the highest is not 0, so that none are a zero
    long long exponent;
};

// The nine or fewer digits that end here.
inline std::uint32_t read_limb(const char* first, const char* last) {
    std::uint32_t limb = 0;
    for (; first != last; ++first) limb = limb * 10 + static_cast<std::uint32_t>(*first - '0');
    return limb;
}

// The digits of a finite unsigned numeral; false if they are too many, or its exponent is too far from 0.
inline bool read_decimal(std::string_view text, char point, Decimal& number) {
    assert(is_finite_numeral(text.data(), text.data() + text.size(), point));
    std::array<char, most_digits> digits;
    std::size_t size = 0;
    number.exponent = 0;
    bool behind_point = false;
    for (std::size_t i = 0; i != text.size(); ++i) {
        const char c = text[i];
        if (is_digit(c)) {
            if (size == most_digits) return false;
            number.exponent -= behind_point;
            if (c != '0' || size != 0) digits[size++] = c;
        } else if (c == point) {
            behind_point = true;
        } else {
            number.exponent += read_exponent(text.substr(i));
            break;
        }
    }
    number.count = 0;
    for (; size > limb_digits; size -= limb_digits)
        number.limbs[number.count++] = read_limb(digits.data() + size - limb_digits, digits.data() + size);
    if (size) number.limbs[number.count++] = read_limb(digits.data(), digits.data() + size);
    return -most_exponent <= number.exponent && number.exponent <= most_exponent;
}

// Writes minus the product of two numbers that are not zero; the text that it returns is good until the next.
class NegativeProduct {
  public:
    // In plain notation, without zeros at the end of a fraction.
    std::string_view operator()(const Decimal& a, const Decimal& b, char point) {
        const std::string_view digits = digits_of_product(a, b);
        const long long exponent = a.exponent + b.exponent, size = static_cast<long long>(digits.size());
        const long long whole = size + exponent;  // how many digits stand before the point
        out_ = text_.data();
        *out_++ = '-';
        if (exponent >= 0) {
            put(digits);
            put_zeros(exponent);
            return text();
        }
        const auto before = static_cast<std::size_t>(whole > 0 ? whole : 0);
        put(whole > 0 ? digits.substr(0, before) : "0");
        char* const end = out_;
        *out_++ = point;
        put_zeros(-whole);
        put(digits.substr(before));
        while (out_[-1] == '0') --out_;
        if (out_ - 1 == end) out_ = end;
        return text();
    }

  private:
    std::string_view text() const { return {text_.data(), static_cast<std::size_t>(out_ - text_.data())}; }

    void put(std::string_view digits) {
        std::memcpy(out_, digits.data(), digits.size());
        out_ += digits.size();
    }

    void put_zeros(long long count) {
        for (; count > 0; --count) *out_++ = '0';
    }

    std::string_view digits_of_product(const Decimal& a, const Decimal& b) {
        assert(a.count != 0 && b.count != 0);
        std::size_t count = a.count + b.count;
        std::memset(limbs_.data(), 0, count * sizeof limbs_[0]);
        for (std::size_t i = 0; i != a.count; ++i) {
            std::uint64_t carry = 0;  // below limb_base: (10^9 - 1)^2 + 2 (10^9 - 1) < 10^18
            for (std::size_t j = 0; j != b.count; ++j) {
                const std::uint64_t sum = std::uint64_t{a.limbs[i]} * b.limbs[j] + limbs_[i + j] + carry;
                limbs_[i + j] = static_cast<std::uint32_t>(sum % limb_base);
                carry = sum / limb_base;
            }
            limbs_[i + b.count] = static_cast<std::uint32_t>(carry);
        }
        if (limbs_[count - 1] == 0) --count;
        for (std::size_t i = 0; i != count; ++i) {
            char* digit = digits_.data() + digits_.size() - i * limb_digits;
            std::uint32_t limb = limbs_[i];
            for (std::size_t n = 0; n != limb_digits; ++n, limb /= 10) *--digit = static_cast<char>('0' + limb % 10);
        }
        const char* first = digits_.data() + digits_.size() - count * limb_digits;
        while (*first == '0') ++first;
        return {first, static_cast<std::size_t>(digits_.data() + digits_.size() - first)};
    }

    std::array<std::uint32_t, 2 * most_limbs> limbs_;
    std::array<char, 2 * most_digits> digits_;
    std::array<char, 3 + 2 * most_digits + 2 * most_exponent> text_;  // -0. and all digits and zeros
    char* out_ = text_.data();
};

}  // namespace leakyrelu
