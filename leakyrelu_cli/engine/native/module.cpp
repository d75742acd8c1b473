// The Python module leakyrelu_cli.engine._native: the engine's contract over bytes objects.
//
// Limited API of Python 3.11 (CMake defines it), so one build serves every later version.
// The work is done without the GIL.

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <charconv>
#include <exception>
#include <new>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "engine.hpp"

namespace {

using namespace leakyrelu;

// A bytes-like argument, released on every way out.
struct Buffer {
    Py_buffer view{};
    Buffer() = default;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() { PyBuffer_Release(&view); }
    std::string_view text() const { return {static_cast<const char*>(view.buf), static_cast<std::size_t>(view.len)}; }
};

// `%[flags][width][.precision](e|f|g)`; nothing for any other, which the plain engine knows.
std::optional<Conversion> read_conversion(std::string_view text) {
    Conversion read{std::chars_format::fixed, 6, 0, 0, false, false};
    std::size_t at = 1;
    for (; at < text.size() && !('1' <= text[at] && text[at] <= '9') && text[at] != '.'; ++at) {
        switch (text[at]) {
            case '+': read.sign = '+'; continue;
            case ' ': read.sign = read.sign ? read.sign : ' '; continue;
            case '-': read.left = true; continue;
            case '0': read.zeros = true; continue;
        }
        break;
    }
    const char* const end = text.data() + text.size();
    if (at < text.size() && is_digit(text[at]))
        at = static_cast<std::size_t>(std::from_chars(text.data() + at, end, read.width).ptr - text.data());
    if (at < text.size() && text[at] == '.') {
        const auto [after, error] = std::from_chars(text.data() + at + 1, end, read.precision);
        if (error != std::errc()) return std::nullopt;
        at = static_cast<std::size_t>(after - text.data());
    }
    if (at + 1 != text.size() || read.precision > most_precision || read.width > most_width) return std::nullopt;
    switch (text[at]) {
        case 'e': read.format = std::chars_format::scientific; break;
        case 'f': read.format = std::chars_format::fixed; break;
        case 'g': read.format = std::chars_format::general; break;
        default: return std::nullopt;
    }
    return read;
}

// What the engine relies on: there are positions, they ascend, and to append, each is below the width.
bool read_positions(PyObject* tuple, Columns& columns) {
    const Py_ssize_t count = PyTuple_Size(tuple);
    for (Py_ssize_t i = 0; i < count; ++i) {
        const std::size_t position = PyLong_AsSize_t(PyTuple_GetItem(tuple, i));
        if (PyErr_Occurred()) return false;
        if (!columns.positions.empty() && position <= columns.positions.back()) {
            PyErr_SetString(PyExc_ValueError, "positions must ascend");
            return false;
        }
        columns.positions.push_back(position);
    }
    if (PyErr_Occurred()) return false;
    if (columns.positions.empty()) {
        PyErr_SetString(PyExc_ValueError, "no positions");
        return false;
    }
    if (columns.width >= 0 && columns.positions.back() >= static_cast<std::size_t>(columns.width)) {
        PyErr_SetString(PyExc_ValueError, "positions must be below the width");
        return false;
    }
    return true;
}

// The words for missing values; they are good as long as the tuple is there.
bool read_words(PyObject* tuple, std::vector<std::string_view>& words) {
    const Py_ssize_t count = PyTuple_Size(tuple);
    for (Py_ssize_t i = 0; i < count; ++i) {
        char* text = nullptr;
        Py_ssize_t size = 0;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(tuple, i), &text, &size) < 0) return false;
        words.emplace_back(text, static_cast<std::size_t>(size));
    }
    return !PyErr_Occurred();
}

// Alpha's digits, if products with it are all that has to be done.
std::optional<Decimal> read_slope(std::string_view alpha) {
    if (!alpha.empty() && alpha.front() == '+') alpha.remove_prefix(1);
    if (!is_finite_numeral(alpha.data(), alpha.data() + alpha.size(), '.')) return std::nullopt;
    Decimal slope;
    const bool is_read = read_decimal(alpha, '.', slope);
    return is_read && slope.count != 0 && parse(alpha) != 1 ? std::optional(slope) : std::nullopt;
}

// A byte that may not be there.
std::optional<char> read_byte(int byte) {
    return byte < 0 ? std::nullopt : std::optional<char>(static_cast<char>(byte));
}

Py_ssize_t signed_size(std::size_t n) { return static_cast<Py_ssize_t>(n); }

PyObject* to_python(const Result& result) {
    PyObject* faults = PyTuple_New(signed_size(result.faults.size()));
    if (!faults) return nullptr;
    for (std::size_t i = 0; i != result.faults.size(); ++i) {
        const Fault& fault = result.faults[i];
        PyObject* item = Py_BuildValue("innnn", static_cast<int>(fault.kind), signed_size(fault.line),
                                       signed_size(fault.field), signed_size(fault.start), signed_size(fault.end));
        if (!item || PyTuple_SetItem(faults, signed_size(i), item) < 0) {
            Py_DECREF(faults);
            return nullptr;
        }
    }
    return Py_BuildValue("y#nnnnnN", result.data.data(), signed_size(result.data.size()), signed_size(result.changed),
                         signed_size(result.missing), signed_size(result.records), signed_size(result.lines),
                         signed_size(result.fault_count), faults);
}

PyObject* py_convert(PyObject*, PyObject* args) {
    Buffer chunk;
    PyObject *positions = nullptr, *na = nullptr;
    int delimiter = 0, comment = -1, operation = 0, abort = 0, decimal_comma = 0;
    Py_ssize_t width = -1;
    double alpha = 0;
    const char *conversion = nullptr, *exact = nullptr;
    if (!PyArg_ParseTuple(args, "y*OiinidzpOpz", &chunk.view, &positions, &delimiter, &comment, &width, &operation,
                          &alpha, &conversion, &abort, &na, &decimal_comma, &exact))
        return nullptr;
    if (operation < 0 || operation > static_cast<int>(Operation::inverse)) {
        PyErr_SetString(PyExc_ValueError, "no such operation");
        return nullptr;
    }
    try {
        Rule rule{static_cast<Operation>(operation), alpha,       std::nullopt, abort != 0, {},
                  decimal_comma ? ',' : '.',         std::nullopt};
        if (exact) {
            rule.exact = read_slope(exact);
            if (!rule.exact) Py_RETURN_NONE;
        }
        if (!read_words(na, rule.na)) return nullptr;
        if (conversion) {
            rule.conversion = read_conversion(conversion);
            if (!rule.conversion) Py_RETURN_NONE;
        }
        Columns columns{{}, static_cast<char>(delimiter), read_byte(comment), width};
        const bool in_columns = positions != Py_None;
        if (in_columns && !read_positions(positions, columns)) return nullptr;
        Result result;
        std::exception_ptr failure;
        Py_BEGIN_ALLOW_THREADS
        try {
            result = in_columns ? convert_columns(chunk.text(), columns, rule) : convert_words(chunk.text(), rule);
        } catch (...) {  // the GIL must be taken again before anything leaves
            failure = std::current_exception();
        }
        Py_END_ALLOW_THREADS
        if (failure) std::rethrow_exception(failure);
        return to_python(result);
    } catch (const Declined&) {
        Py_RETURN_NONE;
    } catch (const std::bad_alloc&) {
        return PyErr_NoMemory();
    } catch (const std::exception& error) {
        PyErr_SetString(PyExc_RuntimeError, error.what());
        return nullptr;
    }
}

PyObject* py_split(PyObject*, PyObject* args) {
    Buffer block;
    int state = 0, delimiter = 0, comment = -1;
    if (!PyArg_ParseTuple(args, "y*iii", &block.view, &state, &delimiter, &comment)) return nullptr;
    if (state < 0 || state > static_cast<int>(State::comment)) {
        PyErr_SetString(PyExc_ValueError, "no such state");
        return nullptr;
    }
    State now = static_cast<State>(state);
    std::size_t end = split(block.text(), now, static_cast<char>(delimiter), read_byte(comment));
    return Py_BuildValue("ni", static_cast<Py_ssize_t>(end), static_cast<int>(now));
}

// Older libraries report subnormal numbers as out of range: there the plain engine has to serve.
int check_library(PyObject*) {
    for (std::string_view text : {"-5e-324", "-1e-310"}) {
        if (parse(text).value_or(0) != 0) continue;
        PyErr_SetString(PyExc_ImportError, "this C++ library does not read subnormal numbers");
        return -1;
    }
    return 0;
}

// glibc gives blocks of this size back to the system at every free, and each page that comes anew costs a fault; with
// several threads the faults wait for each other, and two threads were no faster than one.
int keep_freed_memory(PyObject*) {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
    return 0;
}

PyMethodDef methods[] = {
    {"convert", py_convert, METH_VARARGS,
     "Rewrite a chunk of whole records; None if the rule or a word is not served."},
    {"split", py_split, METH_VARARGS, "Where the last record of a block ends, and the state at its end."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(check_library)},
    {Py_mod_exec, reinterpret_cast<void*>(keep_freed_memory)},
    {0, nullptr},
};

PyModuleDef module = {PyModuleDef_HEAD_INIT,
                      "leakyrelu_cli.engine._native",
                      "The engine in C++.",
                      0,
                      methods,
                      slots,
                      nullptr,
                      nullptr,
                      nullptr};

}  // namespace

PyMODINIT_FUNC PyInit__native() { return PyModuleDef_Init(&module); }
