// The engine: a chunk of whole records in, the rewritten chunk out. It owns no files and no messages.
//
// Follow one record: Record finds the chosen cells, Chunk::rewrite() asks the Rewriter for each cell's new text, and
// Chunk::replace() splices it in, copying what lies between two edits.

#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
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
    char delimiter;                      // no quote, CR or LF
    std::ptrdiff_t width;                // number of fields to append to; -1 to rewrite in place
};

struct Fault {
    FaultKind kind;
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
    Chunk(std::string_view text, const Rule& rule)
        : text_(text), rewrite_(rule, text.data() + text.size()), copied_(text.data()), counted_(text.data()) {
        begin_record(text.data());
        result_.data.reserve(2 * text.size());
    }

    // What comes from here on belongs to the record that starts at `at`; abort() takes it back.
    void begin_record(const char* at) { record_ = {at, copied_, result_.data.size(), result_.changed}; }
    void count_record() { ++result_.records; }

    // The new text of a word, or nothing if it is not a number.
    std::optional<std::string_view> rewrite(std::string_view word) { return rewrite_(word); }

    // Copy what lies between the last edit and `at`, then the text. Edits ascend: what they passed is written already.
    void insert(const char* at, std::string_view text) {
        copy_until(at);
        result_.data.append(text);
    }

    // Put the new text in place of the old, which is a part of the chunk behind the last edit.
    void replace(std::string_view old, std::string_view text) {
        const bool same = text.data() == old.data() || text == old;  // mostly it is the word itself: nothing to compare
        if (same) return;
        insert(old.data(), text);
        copied_ += old.size();
        count_change();
    }

    void count_change() { ++result_.changed; }

    // Something is wrong with this part of the record.
    void fault(FaultKind kind, std::size_t field, std::string_view part) {
        ++result_.fault_count;
        if (result_.faults.size() == faults_kept) return;
        // Faults ascend from record to record, but not inside one: that it is short is said of its start.
        line_ += count_lines(counted_, record_.start);
        counted_ = record_.start;
        const std::size_t line = line_ + count_lines(record_.start, part.data());
        const std::size_t start = between(text_.data(), part.data()).size();
        result_.faults.push_back({kind, line, field, start, start + part.size()});
    }

    // Something is wrong with the record as a whole.
    void fault(FaultKind kind, std::size_t field) { fault(kind, field, {record_.start, 0}); }

    bool has_fault() const { return result_.fault_count != 0; }

    Result finish() { return finish_at(text_.data() + text_.size()); }

    // The records before this one, which holds the first fault, and that fault alone.
    Result abort() {
        assert(has_fault());
        result_.data.resize(record_.written);
        result_.changed = record_.changed;
        copied_ = record_.copied;
        result_.fault_count = 1;
        result_.faults.resize(1);
        return finish_at(record_.start);
    }

  private:
    // Where a record starts, and what was done before it.
    struct Mark {
        const char* start;
        const char* copied;
        std::size_t written, changed;
    };

    void copy_until(const char* at) {
        result_.data.append(between(copied_, at));
        copied_ = at;
    }

    Result finish_at(const char* end) {
        copy_until(end);
        result_.lines = count_lines(text_.data(), end);
        return std::move(result_);
    }

    static std::size_t count_lines(const char* first, const char* last) {
        const std::string_view text = between(first, last);
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }

    const std::string_view text_;
    Rewriter rewrite_;
    Result result_;
    Mark record_;
    const char* copied_;   // up to where the text is written or replaced
    const char* counted_;  // up to where `line_` counts the line feeds
    std::size_t line_ = 0;
};

// In a stream, a record is a line.
inline Result convert_words(std::string_view text, const Rule& rule) {
    Chunk chunk(text, rule);
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); at != end;) {
        if (*at == '\n') {
            ++at;
            chunk.begin_record(at);
        } else if (is_separator(*at)) {
            ++at;
        } else {
            const std::string_view word = between(at, find_word_end(at, end));
            at += word.size();
            if (auto rewritten = chunk.rewrite(word)) {
                chunk.replace(word, *rewritten);
            } else {
                chunk.fault(not_a_number, 0, word);
                if (rule.abort) return chunk.abort();
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
    Record(const char* start, const char* chunk_end, char delimiter)
        : at_(start), chunk_end_(chunk_end), delimiter_(delimiter) {}

    // The next field; the last one without the line ending. After the last there is none to ask for.
    std::string_view next() {
        assert(!at_last_);
        const char* const start = at_;
        at_ = find_field_end(start, chunk_end_, delimiter_);
        ++fields_;
        at_last_ = at_ == chunk_end_ || *at_ == '\n';
        if (at_last_) return between(start, content_end(start, at_));
        ++at_;
        return between(start, at_ - 1);
    }

    // The field at a position behind those of the fields that were given; nothing if the record is too short.
    std::optional<std::string_view> next(std::size_t position) {
        assert(position >= fields_);
        while (!at_last_) {
            const std::string_view field = next();
            if (fields_ == position + 1) return field;
        }
        return std::nullopt;
    }

    // The last field, which was not given yet.
    std::string_view last() {
        std::string_view field = next();
        while (!at_last_) field = next();
        return field;
    }

    std::size_t fields() const { return fields_; }

    // Where the next record starts, once the last field was given.
    const char* end() const {
        assert(at_last_);
        return skip_line_feed(at_, chunk_end_);
    }

    // The same from any field on; `quotes` says whether any may be in the rest of the record.
    const char* skip_rest(bool quotes) {
        if (!at_last_ && !quotes) return skip_line(at_, chunk_end_);
        while (!at_last_) next();
        return end();
    }

  private:
    const char* at_;  // the next field's start; after the last field, the record's LF or the chunk's end
    const char* const chunk_end_;
    const char delimiter_;
    std::size_t fields_ = 0;  // how many were given
    bool at_last_ = false;
};

// Rewrite the chosen cells of the record at `at` where they are; the record's end.
inline const char* replace_record(Chunk& chunk, const char* at, const char* end, const Columns& columns, bool quotes) {
    Record record(at, end, columns.delimiter);
    for (const std::size_t position : columns.positions) {
        const auto cell = record.next(position);
        if (!cell) {
            chunk.fault(too_short, position);
        } else if (const auto edit = rewrite_cell(chunk, *cell)) {
            chunk.replace(edit->word, edit->text);
        } else {
            chunk.fault(not_a_number, position, bare(*cell));
        }
    }
    return record.skip_rest(quotes);
}

// Append the chosen cells, rewritten, to the record at `at`; its end. All positions are below the width.
inline const char* append_record(Chunk& chunk, const char* at, const char* end, const Columns& columns) {
    Record record(at, end, columns.delimiter);
    Record again = record;  // only at its end is it known whether anything may be appended
    const std::string_view last = record.last();
    if (is_unclosed(last)) {
        chunk.fault(unclosed, 0);
    } else if (record.fields() != static_cast<std::size_t>(columns.width)) {
        chunk.fault(field_count, 0);
    } else {
        for (const std::size_t position : columns.positions) {
            const std::string_view cell = again.next(position).value();
            std::string appended(cell);
            if (const auto edit = rewrite_cell(chunk, cell)) {
                appended.replace(between(cell.data(), edit->word.data()).size(), edit->word.size(), edit->text);
                if (edit->text != edit->word) chunk.count_change();
            } else {
                chunk.fault(not_a_number, position, bare(cell));
            }
            chunk.insert(last.data() + last.size(), columns.delimiter + as_last(appended));
        }
    }
    return record.end();
}

inline Result convert_columns(std::string_view text, const Columns& columns, const Rule& rule) {
    Chunk chunk(text, rule);
    const char* const end = text.data() + text.size();
    const bool quotes = find(text.data(), end, '"') != end;
    for (const char* at = text.data(); at != end;) {
        if (is_blank_line(at, end)) {
            at = skip_line(at, end);
            continue;
        }
        chunk.begin_record(at);
        at = columns.width < 0 ? replace_record(chunk, at, end, columns, quotes)
                               : append_record(chunk, at, end, columns);
        if (rule.abort && chunk.has_fault()) return chunk.abort();
        chunk.count_record();
    }
    return chunk.finish();
}

}  // namespace leakyrelu
