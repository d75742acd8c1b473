// A chunk in work: what was read, what is written so far and what was wrong; the values that go in and come out.
//
// Edits and records come in order. At a record's start it is marked how much is done, so that abort() can go back.

#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records.hpp"
#include "rewriting.hpp"

namespace leakyrelu {

// As in contract.py.
constexpr std::size_t faults_kept = 20;
enum FaultKind { not_a_number = 1, out_of_range, too_short, field_count, unclosed };

struct Columns {
    std::vector<std::size_t> positions;  // from 0, ascending, each once
    char delimiter;                      // no quote, CR or LF
    std::optional<char> comment;         // no quote, CR, LF or delimiter
    std::ptrdiff_t width;                // number of fields to append to; -1 to rewrite in place
};

struct Fault {
    FaultKind kind;
    std::size_t line, field, start, end;
};

struct Result {
    std::string data;
    std::size_t changed = 0, missing = 0, records = 0, lines = 0, fault_count = 0;
    std::vector<Fault> faults;
};

// A chunk in work: what was read, what is written so far, and what was wrong.
class Chunk {
  public:
    Chunk(std::string_view text, const Rule& rule)
        : text_(text),
          rule_(rule),
          rewrite_(rule, text.data() + text.size()),
          copied_(text.data()),
          counted_(text.data()) {
        begin_record(text.data());
        result_.data.reserve(2 * text.size());
    }

    // What comes from here on belongs to the record that starts at `at`; abort() takes it back.
    void begin_record(const char* at) {
        record_ = {at, copied_, result_.data.size(), result_.changed, result_.missing};
    }
    void count_record() { ++result_.records; }

    // Whether any words stand for missing values, and whether this one does.
    bool names_missing() const { return !rule_.na.empty(); }
    bool is_missing(std::string_view word) const {
        return std::find(rule_.na.begin(), rule_.na.end(), word) != rule_.na.end();
    }
    void count_missing() { ++result_.missing; }

    // What stands between a number's digits: point or comma.
    char point() const { return rule_.point; }

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
        result_.missing = record_.missing;
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
        std::size_t written, changed, missing;
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
    const Rule& rule_;
    Rewriter rewrite_;
    Result result_;
    Mark record_;
    const char* copied_;   // up to where the text is written or replaced
    const char* counted_;  // up to where `line_` counts the line feeds
    std::size_t line_ = 0;
};

}  // namespace leakyrelu
