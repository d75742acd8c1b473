// The engine: a chunk of whole records in, the rewritten chunk out. It owns no files and no messages.
//
// Follow one record: convert_columns() finds its chosen cells, Chunk::rewrite() asks the Rewriter for
// each cell's new text, and Chunk::replace() splices it in, copying what lies between two changes.

#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "numerals.hpp"
#include "records.hpp"

namespace leakyrelu {

// As in contract.py.
constexpr std::size_t faults_kept = 20;
enum FaultKind { not_a_number = 1, out_of_range, too_short, field_count, unclosed };

struct Columns {
    std::vector<std::size_t> positions;  // from 0, ascending, each once
    char delimiter;
    std::ptrdiff_t width;  // number of fields to append to; -1 to rewrite in place
};

struct Fault {
    int kind;
    std::size_t line, field, start, end;
};

struct Result {
    std::string data;
    std::size_t changed = 0, records = 0, lines = 0, fault_count = 0;
    std::vector<Fault> faults;
};

// A chunk in work: what was read, what is written so far, and what was wrong.
class Chunk {
  public:
    Chunk(std::string_view text, const Rule& rule) : text_(text), rewrite_(rule, text.data() + text.size()) {
        result_.data.reserve(2 * text.size());
    }

    // The new text of a word, or nothing if it is not a number.
    std::optional<std::string_view> rewrite(std::string_view word) { return rewrite_(word); }

    // Copy what lies between the last change and `at`, then the text.
    void insert(const char* at, std::string_view text) {
        result_.data.append(text_.data() + copied_, static_cast<std::size_t>(at - text_.data()) - copied_);
        copied_ = static_cast<std::size_t>(at - text_.data());
        result_.data.append(text);
    }

    // Put the new text in place of the old, which is a part of the chunk.
    void replace(std::string_view old, std::string_view text) {
        if (old == text) return;
        insert(old.data(), text);
        copied_ += old.size();
        ++result_.changed;
    }

    void count_change() { ++result_.changed; }
    void count_record() { ++result_.records; }

    void fault(int kind, std::size_t field, std::string_view where) {
        ++result_.fault_count;
        if (result_.faults.size() == faults_kept) return;
        std::size_t start = static_cast<std::size_t>(where.data() - text_.data());
        auto lines = [this](std::size_t a, std::size_t b) {
            return static_cast<std::size_t>(std::count(text_.data() + a, text_.data() + b, '\n'));
        };
        line_ = start >= counted_ ? line_ + lines(counted_, start) : line_ - lines(start, counted_);
        counted_ = start;
        result_.faults.push_back({kind, line_, field, start, start + where.size()});
    }

    bool has_fault() const { return result_.fault_count != 0; }

    Result finish() {
        result_.data.append(text_.data() + copied_, text_.size() - copied_);
        result_.lines = static_cast<std::size_t>(std::count(text_.begin(), text_.end(), '\n'));
        return std::move(result_);
    }

  private:
    std::string_view text_;
    Rewriter rewrite_;
    Result result_;
    std::size_t copied_ = 0;              // how much of the text is written or replaced
    std::size_t counted_ = 0, line_ = 0;  // line feeds are counted up to the last fault
};

// The records before the one at fault, and that fault alone.
template <typename Convert>
Result up_to(std::string_view before, Result&& faulty, Convert convert) {
    Result result = convert(before);
    result.fault_count = 1;
    result.faults.assign(1, faulty.faults.front());
    return result;
}

inline Result convert_words(std::string_view text, const Rule& rule) {
    Chunk chunk(text, rule);
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        if (is_separator(*at)) {
            ++at;
            continue;
        }
        const char* start = at;
        at = find_word_end(at, end);
        std::string_view word(start, static_cast<std::size_t>(at - start));
        if (auto rewritten = chunk.rewrite(word)) {
            chunk.replace(word, *rewritten);
        } else {
            chunk.fault(not_a_number, 0, word);
            if (rule.abort) {
                std::size_t line = text.rfind('\n', static_cast<std::size_t>(start - text.data()));
                return up_to(text.substr(0, line + 1), chunk.finish(),
                             [&](auto before) { return convert_words(before, rule); });
            }
        }
    }
    return chunk.finish();
}

// The number in a cell, rewritten: the word to replace (a part of the cell) and its new text.
struct Edit {
    std::string_view word, text;
};

// Nothing if the cell holds something that is not a number. A missing value stays.
inline std::optional<Edit> rewrite_cell(Chunk& chunk, std::string_view cell) {
    if (auto rewritten = chunk.rewrite(cell)) return Edit{cell, *rewritten};
    std::string_view word = bare(cell);
    if (word.empty()) return Edit{word, word};
    if (auto rewritten = chunk.rewrite(word)) return Edit{word, *rewritten};
    return std::nullopt;
}

// One record: its fields one after another.
class Record {
  public:
    Record(const char* start, const char* end, char delimiter) : at_(start), chunk_end_(end), delimiter_(delimiter) {}

    // The next field; the last one without the line ending.
    std::string_view next() {
        const char* start = at_;
        at_ = find_field_end(start, chunk_end_, delimiter_);
        ++fields_;
        last_ = at_ == chunk_end_ || *at_ == '\n';
        const char* end = last_ ? content_end(start, at_) : at_;
        if (!last_) ++at_;
        return {start, static_cast<std::size_t>(end - start)};
    }

    bool at_last() const { return last_; }
    std::size_t fields() const { return fields_; }

    // Past the line ending; `quotes` says whether any may be in the rest of the record.
    const char* skip_rest(bool quotes) {
        if (!last_ && !quotes) at_ = find(at_, chunk_end_, '\n');
        while (!last_ && quotes) next();
        return at_ == chunk_end_ ? at_ : at_ + 1;
    }

  private:
    const char* at_;
    const char* const chunk_end_;
    const char delimiter_;
    std::size_t fields_ = 0;
    bool last_ = false;
};

// Rewrite the chosen cells of the record at `at` in place; its end.
inline const char* replace_record(Chunk& chunk, const char* at, const char* end, const Columns& columns, bool quotes) {
    Record record(at, end, columns.delimiter);
    std::string_view field;
    for (std::size_t position : columns.positions) {
        while (record.fields() <= position && !record.at_last()) field = record.next();
        if (record.fields() <= position) {
            if (record.fields() > 1 || !field.empty()) chunk.fault(too_short, position, {at, 0});
        } else if (auto edit = rewrite_cell(chunk, field)) {
            chunk.replace(edit->word, edit->text);
        } else {
            chunk.fault(not_a_number, position, bare(field));
        }
    }
    return record.skip_rest(quotes);
}

// Append the chosen cells, rewritten, to the record at `at`; its end.
inline const char* append_record(Chunk& chunk, const char* at, const char* end, const Columns& columns,
                                 bool unclosed_end) {
    Record record(at, end, columns.delimiter);
    std::vector<std::string_view> chosen;
    std::string_view field;
    auto position = columns.positions.begin();
    do {
        field = record.next();
        if (position != columns.positions.end() && record.fields() == *position + 1) {
            chosen.push_back(field);
            ++position;
        }
    } while (!record.at_last());
    const char* content = field.data() + field.size();
    const char* next = record.skip_rest(true);
    if (unclosed_end && next == end) {
        chunk.fault(unclosed, 0, {at, 0});
    } else if (record.fields() == 1 && field.empty()) {
        return next;
    } else if (record.fields() != static_cast<std::size_t>(columns.width)) {
        chunk.fault(field_count, 0, {at, 0});
    } else {
        for (std::size_t i = 0; i != chosen.size(); ++i) {
            std::string cell(chosen[i]);
            if (auto edit = rewrite_cell(chunk, chosen[i])) {
                if (edit->word != edit->text) chunk.count_change();
                cell.replace(static_cast<std::size_t>(edit->word.data() - chosen[i].data()), edit->word.size(),
                             edit->text);
            } else {
                chunk.fault(not_a_number, columns.positions[i], bare(chosen[i]));
            }
            chunk.insert(content, columns.delimiter + as_last(cell));
        }
    }
    return next;
}

// Whether the line at `at` holds nothing but its ending.
inline bool is_blank(const char* at, const char* end) {
    return *at == '\n' || (*at == '\r' && (end - at == 1 || at[1] == '\n'));
}

inline Result convert_columns(std::string_view text, const Columns& columns, const Rule& rule) {
    Chunk chunk(text, rule);
    const char* const end = text.data() + text.size();
    const bool quotes = find(text.data(), end, '"') != end;
    State state = State::start;
    if (columns.width >= 0 && quotes) split(text, state, columns.delimiter);
    for (const char* at = text.data(); at != end;) {
        const char* start = at;
        if (!is_blank(at, end)) chunk.count_record();
        at = columns.width < 0 ? replace_record(chunk, at, end, columns, quotes)
                               : append_record(chunk, at, end, columns, state == State::quoted);
        if (rule.abort && chunk.has_fault()) {
            std::string_view before = text.substr(0, static_cast<std::size_t>(start - text.data()));
            return up_to(before, chunk.finish(), [&](auto good) { return convert_columns(good, columns, rule); });
        }
    }
    return chunk.finish();
}

}  // namespace leakyrelu
