// The grammar of streams and of delimited records: records.py once more, in C++.

#pragma once

#include <cassert>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "glance.hpp"

namespace leakyrelu {

// Between two bytes: at the start of a record or of a field behind the first, in unquoted data, in quotes, after a
// quote in quotes, in a comment.
enum class State { start, field, bare, quoted, quote, comment };

inline bool is_separator(char c) {
    return c > ',' ? c == '[' || c == ']' : c == ' ' || c == ',' || (c >= '\t' && c <= '\r');
}

inline std::string_view between(const char* first, const char* last) {
    assert(first <= last);
    return {first, static_cast<std::size_t>(last - first)};
}

inline const char* find(const char* at, const char* end, char wanted) {
    const void* found = std::memchr(at, wanted, static_cast<std::size_t>(end - at));
    return found ? static_cast<const char*>(found) : end;
}

inline const char* skip_line_feed(const char* at, const char* end) { return at == end ? end : at + 1; }

// Behind the next line feed, or the end.
inline const char* skip_line(const char* at, const char* end) { return skip_line_feed(find(at, end, '\n'), end); }

// Where the unquoted data at `at` ends: at a delimiter, a line feed, or the end.
inline const char* find_stop(const char* at, const char* end, char delimiter) {
    for (; can_glance(at, end); at += glance_size) {
        Glance bytes(at, end);
        if (unsigned stops = bytes.equal(delimiter) | bytes.equal('\n')) return at + lowest(stops);
    }
    while (at != end && *at != delimiter && *at != '\n') ++at;
    return at;
}

// Where the word that starts at `at` ends: at a separator, or the end.
inline const char* find_word_end(const char* at, const char* end) {
    for (; can_glance(at, end); at += glance_size) {
        Glance bytes(at, end);
        if (unsigned stops = bytes.any('\t', '\r', ' ', ',', '[', ']')) return at + lowest(stops);
    }
    while (at != end && !is_separator(*at)) ++at;
    return at;
}

// Where the quotes that hold `at` close: at the first quote that no other one follows, or the end.
inline const char* find_closing_quote(const char* at, const char* end) {
    at = find(at, end, '"');
    while (end - at > 1 && at[1] == '"') at = find(at + 2, end, '"');
    return at;
}

// Where the field that starts at `at` ends: at a delimiter, a line feed, or the end.
inline const char* find_field_end(const char* at, const char* end, char delimiter) {
    if (at != end && *at == '"') {
        at = find_closing_quote(at + 1, end);
        if (at != end) ++at;
    }
    return find_stop(at, end, delimiter);
}

// Where the record's content ends: before its LF or CRLF, or a CR at the end of the data.
inline const char* content_end(const char* start, const char* end) {
    if (end != start && end[-1] == '\n') --end;
    return end != start && end[-1] == '\r' ? end - 1 : end;
}

// Whether the record that starts at `at`, before the end, is a line that holds nothing but its ending.
inline bool is_blank_line(const char* at, const char* end) {
    return *at == '\n' || (*at == '\r' && (end - at == 1 || at[1] == '\n'));
}

inline bool is_quoted(std::string_view cell) { return cell.size() > 1 && cell.front() == '"' && cell.back() == '"'; }

// The cell without surrounding quotes and, inside them, blanks.
inline std::string_view bare(std::string_view cell) {
    if (is_quoted(cell)) cell = cell.substr(1, cell.size() - 2);
    auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!cell.empty() && is_blank(cell.front())) cell.remove_prefix(1);
    while (!cell.empty() && is_blank(cell.back())) cell.remove_suffix(1);
    return cell;
}

// Whether the field starts with a quote that is never closed: then it reaches to the end of the data.
inline bool is_unclosed(std::string_view field) {
    if (field.empty() || field.front() != '"') return false;
    const char* const end = field.data() + field.size();
    return find_closing_quote(field.data() + 1, end) == end;
}

// The field as it may stand at the end of a record, where a CR behind it would be a line ending: in quotes.
inline std::string as_last(std::string_view field) {
    if (field.empty() || field.back() != '\r') return std::string(field);
    const char* at = field.data();
    const char* const end = at + field.size();
    std::string quoted = "\"";
    if (*at == '"') {  // what stands in quotes has its own doubled already
        const char* const closing = find_closing_quote(at + 1, end);
        quoted.append(between(at + 1, closing));
        at = closing == end ? end : closing + 1;
    }
    for (; at != end; ++at) quoted.append(*at == '"' ? 2 : 1, *at);
    return quoted + '"';
}

// The same as split(), of a block that is not empty and begins and stays outside of quotes.
inline std::size_t split_unquoted(std::string_view block, State& state, char delimiter, std::optional<char> comment) {
    assert(!block.empty() && state != State::quoted && state != State::quote);
    const std::size_t last = block.rfind('\n') + 1;  // npos + 1 is 0
    if (last != 0) state = State::start;
    if (last == block.size()) return last;
    if (state == State::start && comment == block[last]) state = State::comment;
    if (state != State::comment) state = block.back() == delimiter ? State::field : State::bare;
    return last;
}

// Where the last record of the block ends (0: none does); moves the state to the block's end.
inline std::size_t split(std::string_view block, State& state, char delimiter, std::optional<char> comment) {
    const char* at = block.data();
    const char* const end = at + block.size();
    std::size_t last = 0;
    if (state != State::quoted && state != State::quote && at != end && find(at, end, '"') == end)
        return split_unquoted(block, state, delimiter, comment);
    while (at != end) {
        switch (state) {
            case State::quoted:
                at = find(at, end, '"');
                if (at == end) return last;
                ++at;
                state = State::quote;
                break;
            case State::comment:
                at = find(at, end, '\n');
                if (at == end) return last;
                ++at;
                last = static_cast<std::size_t>(at - block.data());
                state = State::start;
                break;
            case State::start:
                if (comment == *at) {
                    state = State::comment;
                    break;
                }
                [[fallthrough]];
            case State::quote:  // either the first half of "" or the end of the quotes
            case State::field:
                state = *at == '"' ? State::quoted : State::bare;
                if (state == State::quoted) ++at;
                break;
            case State::bare:
                at = find_stop(at, end, delimiter);
                if (at == end) return last;
                state = *at == '\n' ? State::start : State::field;
                ++at;
                if (state == State::start) last = static_cast<std::size_t>(at - block.data());
                break;
        }
    }
    return last;
}

}  // namespace leakyrelu
