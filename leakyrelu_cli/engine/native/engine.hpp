// The engine: a chunk of whole records in, the rewritten chunk out. It owns no files and no messages.
//
// Follow one record: Record finds the chosen cells, Chunk::rewrite() asks the Rewriter for each cell's new text, and
// Chunk::replace() splices it in, copying what lies between two edits.

#pragma once

#include <cassert>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "chunk.hpp"
#include "records.hpp"
#include "rewriting.hpp"

namespace leakyrelu {

// In a stream, a record is a line.
inline Result convert_words(std::string_view text, const Rule& rule) {
    assert(rule.point == '.');  // a comma parts words
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
            if (chunk.names_missing() && chunk.is_missing(word)) {
                chunk.count_missing();
            } else if (auto rewritten = chunk.rewrite(word)) {
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

    // Whether the text is another than the word itself; it may still read the same.
    bool is_new() const { return text.data() != word.data(); }
};

// Nothing if the cell holds something that is not a number. A missing value stays.
inline std::optional<Edit> rewrite_cell(Chunk& chunk, std::string_view cell) {
    const bool named = chunk.names_missing() && chunk.is_missing(bare(cell));
    if (!named) {
        if (auto rewritten = chunk.rewrite(cell)) return Edit{cell, *rewritten};
    }
    std::string_view word = bare(cell);
    if (named || word.empty()) {
        chunk.count_missing();
        return Edit{word, word};
    }
    if (auto rewritten = chunk.rewrite(word)) return Edit{word, *rewritten};
    return std::nullopt;
}

// The whole cell with the edit in it: in quotes, if it would else be several.
inline std::string edited(std::string_view cell, const Edit& edit, char delimiter) {
    std::string text(cell);
    text.replace(between(cell.data(), edit.word.data()).size(), edit.word.size(), edit.text);
    if (!is_quoted(cell) && edit.text.find(delimiter) != std::string_view::npos) return '"' + text + '"';
    return text;
}

// One record: its fields one after another.
class Record {
  public:
    Record(const char* start, const char* chunk_end, char delimiter)
        : at_(start), chunk_end_(chunk_end), delimiter_(delimiter) {}

    // The next field; the last one without the line ending. After the last there is none to ask for.
    std::string_view next() {
        assert(!at_last_);
        start_ = at_;
        at_ = find_field_end(start_, chunk_end_, delimiter_);
        ++fields_;
        at_last_ = at_ == chunk_end_ || *at_ == '\n';
        if (at_last_) return between(start_, content_end(start_, at_));
        ++at_;
        return between(start_, at_ - 1);
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

    // The last field, once any was given.
    std::string_view last() {
        assert(fields_ != 0);
        while (!at_last_) next();
        return between(start_, content_end(start_, at_));
    }

    // Whether the field that was given last is never closed: there, the chunk ends inside quotes.
    bool is_open() const { return at_ == chunk_end_ && at_last_ && is_unclosed(between(start_, at_)); }

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
    const char* at_;               // the next field's start; after the last field, the record's LF or the chunk's end
    const char* start_ = nullptr;  // of the field that was given last
    const char* const chunk_end_;
    const char delimiter_;
    std::size_t fields_ = 0;  // how many were given
    bool at_last_ = false;
};

// Of a record that ends inside quotes only this is known, once its last field was given: where they open.
inline void fault_unclosed(Chunk& chunk, Record& record) {
    assert(record.is_open());
    chunk.fault(unclosed, record.fields() - 1, record.last());
}

// Rewrite the chosen cells of the record at `at` where they are; the record's end. Any quotes are there if `quotes`.
inline const char* replace_record(Chunk& chunk, const char* at, const char* end, const Columns& columns, bool quotes) {
    Record record(at, end, columns.delimiter);
    for (const std::size_t position : columns.positions) {
        const auto cell = record.next(position);
        if (quotes && record.is_open()) break;
        if (!cell) {
            chunk.fault(too_short, position);
        } else if (const auto edit = rewrite_cell(chunk, *cell)) {
            if (chunk.point() == columns.delimiter && edit->is_new()) {
                chunk.replace(*cell, edited(*cell, *edit, columns.delimiter));
            } else {
                chunk.replace(edit->word, edit->text);
            }
        } else {
            chunk.fault(not_a_number, position, bare(*cell));
        }
    }
    const char* const next = record.skip_rest(quotes);
    if (quotes && record.is_open()) fault_unclosed(chunk, record);
    return next;
}

// Append the chosen cells, rewritten, to the record at `at`; its end. All positions are below the width.
inline const char* append_record(Chunk& chunk, const char* at, const char* end, const Columns& columns) {
    Record record(at, end, columns.delimiter);
    Record again = record;  // only at its end is it known whether anything may be appended
    record.next();
    const std::string_view last = record.last();
    if (record.is_open()) {
        fault_unclosed(chunk, record);
    } else if (record.fields() != static_cast<std::size_t>(columns.width)) {
        chunk.fault(field_count, 0);
    } else {
        for (const std::size_t position : columns.positions) {
            const std::string_view cell = again.next(position).value();
            const auto edit = rewrite_cell(chunk, cell);
            if (!edit) {
                chunk.fault(not_a_number, position, bare(cell));
            } else if (edit->text != edit->word) {
                chunk.count_change();
            }
            const std::string appended =
                edit && edit->is_new() ? edited(cell, *edit, columns.delimiter) : std::string(cell);
            chunk.insert(last.data() + last.size(), columns.delimiter + as_last(appended));
        }
    }
    return record.end();
}

inline Result convert_columns(std::string_view text, const Columns& columns, const Rule& rule) {
    assert(!columns.comment || (*columns.comment != '"' && *columns.comment != columns.delimiter));
    Chunk chunk(text, rule);
    const char* const end = text.data() + text.size();
    const bool quotes = find(text.data(), end, '"') != end;
    for (const char* at = text.data(); at != end;) {
        if (is_blank_line(at, end) || columns.comment == *at) {
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
