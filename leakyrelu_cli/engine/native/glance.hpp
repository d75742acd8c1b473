// Sixteen bytes looked at together: a bit for each that is as asked.
//
// Most fields and numbers are shorter, so that one look finds their end without a branch for each byte, and the
// processor has nothing to guess wrong. SSE2 is on every x86-64; elsewhere the plain loop does the same.

#pragma once

#include <cassert>
#include <cstddef>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace leakyrelu {

constexpr std::size_t glance_size = 16;

// Whether a Glance may read at `at`: it reads all its bytes, needed or not.
inline bool can_glance(const char* at, const char* end) { return end - at >= static_cast<std::ptrdiff_t>(glance_size); }

#if defined(__SSE2__)
class Glance {
  public:
    Glance(const char* at, [[maybe_unused]] const char* end) {
        assert(can_glance(at, end));
        bytes_ = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    }
    unsigned equal(char c) const { return mask(is(c)); }
    unsigned between(char low, char high) const { return mask(is_between(low, high)); }

    // The same of any of these bytes or those between: one mask costs less than several.
    template <class... Bytes>
    unsigned any(char low, char high, Bytes... others) const {
        __m128i found = is_between(low, high);
        ((found = _mm_or_si128(found, is(others))), ...);
        return mask(found);
    }

  private:
    __m128i is(char c) const { return _mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c)); }
    __m128i is_between(char low, char high) const {
        __m128i above = _mm_sub_epi8(bytes_, _mm_set1_epi8(low));
        return _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(static_cast<char>(high - low))), above);
    }
    static unsigned mask(__m128i found) { return static_cast<unsigned>(_mm_movemask_epi8(found)); }
    __m128i bytes_;
};
#else
class Glance {
  public:
    Glance(const char* at, [[maybe_unused]] const char* end) : bytes_(at) { assert(can_glance(at, end)); }
    unsigned equal(char c) const { return between(c, c); }
    unsigned between(char low, char high) const {
        unsigned found = 0;
        for (unsigned i = 0; i != glance_size; ++i)
            found |= static_cast<unsigned>(bytes_[i] >= low && bytes_[i] <= high) << i;
        return found;
    }
    template <class... Bytes>
    unsigned any(char low, char high, Bytes... others) const {
        return (between(low, high) | ... | equal(others));
    }

  private:
    const char* bytes_;
};
#endif

// The index of the lowest bit; the mask is not 0.
inline unsigned lowest(unsigned mask) {
    assert(mask != 0);
    unsigned index = 0;
#if defined(__GNUC__)
    index = static_cast<unsigned>(__builtin_ctz(mask));
#else
    for (; !(mask & 1u); mask >>= 1) ++index;
#endif
    return index;
}

}  // namespace leakyrelu
