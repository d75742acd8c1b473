// The grammar of streams and of delimited records: records.py once more, in C++.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "glance.hpp"

namespace leakyrelu {

// Between two bytes: at the start of a field, in unquoted data, in quotes, after a quote in quotes.
enum class State { start, bare, quoted, quote };

inline bool is_separator(char c) { return c <= ',' && (c == ' ' || c == ',' || (c >= '\t' && c <= '\r')); }

inline const char* find(const char* at, const char* end, char wanted) {
    const void* found = std::memchr(at, wanted, static_cast<std::size_t>(end - at));
    return found ? static_cast<const char*>(found) : end;
}

// Where the unquoted data at `at` ends: at a delimiter, a line feed, or the end.
inline const char* find_stop(const char* at, const char* end, char delimiter) {
    for (; end - at >= std::ptrdiff_t{glance_size}; at += glance_size) {
        Glance bytes(at);
        if (unsigned stops = bytes.equal(delimiter) | bytes.equal('\n')) return at + lowest(stops);
    }
    while (at != end && *at != delimiter && *at != '\n') ++at;
    return at;
}

// Where the word that starts at `at` ends: at a separator, or the end.
inline const char* find_word_end(const char* at, const char* end) {
    for (; end - at >= std::ptrdiff_t{glance_size}; at += glance_size) {
        Glance bytes(at);
        if (unsigned stops = bytes.equal(' ') | bytes.equal(',') | bytes.between('\t', '\r')) return at + lowest(stops);
    }
    while (at != end && !is_separator(*at)) ++at;
    return at;
}

// Where the field that starts at `at` ends.
inline const char* find_field_end(const char* at, const char* end, char delimiter) {
    if (at != end && *at == '"') {
        for (++at;; at += 2) {
            at = find(at, end, '"');
            if (end - at < 2 || at[1] != '"') break;
        }
        if (at != end) ++at;
    }
    return find_stop(at, end, delimiter);
}

// Where the record's content ends: before its LF or CRLF, or a CR at the end of the data.
inline const char* content_end(const char* start, const char* end) {
    if (end != start && end[-1] == '\n') --end;
    return end != start && end[-1] == '\r' ? end - 1 : end;
}

// The cell without surrounding quotes and, inside them, blanks.
inline std::string_view bare(std::string_view cell) {
    if (cell.size() > 1 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
    auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!cell.empty() && is_blank(cell.front())) cell.remove_prefix(1);
    while (!cell.empty() && is_blank(cell.back())) cell.remove_suffix(1);
    return cell;
}

// The field as it may stand at the end of a record, where a CR behind it would be a line ending: in quotes.
inline std::string as_last(const std::string& field) {
    if (field.empty() || field.back() != '\r') return field;
    std::string quoted = "\"";
    if (field.front() != '"') {
        for (char c : field) quoted.append(c == '"' ? 2 : 1, c);
        return quoted + '"';
    }
    std::size_t i = 1;  // inside its quotes, up to the closing one, text is quoted already
    for (; i < field.size() && (field[i] != '"' || field[i + 1] == '"'); ++i) {
        quoted += field[i];
        if (field[i] == '"') quoted += field[++i];
    }
    for (++i; i < field.size(); ++i) quoted.append(field[i] == '"' ? 2 : 1, field[i]);
    return quoted + '"';
}

// Where the last record of the block ends (0: none does); moves the state to the block's end.
inline std::size_t split(std::string_view block, State& state, char delimiter) {
    const char* at = block.data();
    const char* const end = at + block.size();
    std::size_t last = 0;
    if ((state == State::start || state == State::bare) && at != end && find(at, end, '"') == end) {
        state = end[-1] == delimiter || end[-1] == '\n' ? State::start : State::bare;
        return block.rfind('\n') + 1;  // npos + 1 is 0
    }
    while (at != end) {
        switch (state) {
            case State::quoted:
                at = find(at, end, '"');
                if (at == end) return last;
                ++at;
                state = State::quote;
                break;
            case State::quote:  // either the first half of "" or the end of the quotes
                state = *at == '"' ? State::quoted : State::bare;
                if (state == State::quoted) ++at;
                break;
            case State::start:
                state = *at == '"' ? State::quoted : State::bare;
                if (state == State::quoted) ++at;
                break;
            case State::bare:
                at = find_stop(at, end, delimiter);
                if (at == end) return last;
                if (*at == '\n') last = static_cast<std::size_t>(at + 1 - block.data());
                ++at;
                state = State::start;
                break;
        }
    }
    return last;
}

}  // namespace leakyrelu
