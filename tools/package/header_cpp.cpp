#include "tools/package/header_cpp.h"

#include <fmt/format.h>

#include <set>
#include <string_view>

#include "runtime/status.h"

namespace actinide {

namespace {

/// What the span-friendly forms stand on. No header of the standard library: the whole stays usable freestanding.
const char *const array_access = R"(
namespace detail {

// C arrays stay out: they would turn the n of a pointer call into a parameter.
template <class Array>
constexpr auto data(Array &array) noexcept -> decltype(array.data()) {
  return array.data();
}
template <class Array>
constexpr auto size(const Array &array) noexcept -> decltype(static_cast<size_t>(array.size())) {
  return static_cast<size_t>(array.size());
}
// Without overflow, unlike the product.
constexpr bool is_product(size_t elements, size_t outer, size_t channels, size_t inner) noexcept {
  return outer == 0 || channels == 0 || inner == 0
             ? elements == 0
             : elements % outer == 0 && elements / outer % channels == 0 && elements / outer / channels == inner;
}

// Scalar parameters are as wide as the arithmetic.
template <class Pointer>
struct parameter_of {
  using type = float;
};
template <>
struct parameter_of<double *> {
  using type = double;
};
template <>
struct parameter_of<const double *> {
  using type = double;
};

}  // namespace detail
)";

/// Statuses that kernels.h may get in a later version are used only if the table has them.
constexpr bool has_size_mismatch = [] {
    bool found = false;
#define ACTINIDE_IS_SIZE_MISMATCH(name, value, sentence) found = found || std::string_view(#name) == "SIZE_MISMATCH";
    ACTINIDE_STATUSES(ACTINIDE_IS_SIZE_MISMATCH)
#undef ACTINIDE_IS_SIZE_MISMATCH
    return found;
}();

std::string mismatch_status(const Package &package) {
    return upper_case(package.prefix) + (has_size_mismatch ? "_SIZE_MISMATCH" : "_INVALID_PARAMETER");
}

/// A default only where every later argument has one too, as C++ demands.
bool defaults_reach_the_end(const std::vector<CArgument> &arguments, size_t from) {
    for (size_t i = from; i < arguments.size(); ++i) {
        if (arguments[i].default_text.empty()) return false;
    }
    return true;
}

/// " = 1.0f", or nothing where the argument can have no default.
std::string default_at(const std::vector<CArgument> &arguments, size_t index) {
    return defaults_reach_the_end(arguments, index) ? " = " + arguments[index].default_text : "";
}

std::string parameter_list(const std::vector<CArgument> &arguments) {
    std::vector<std::string> list;
    list.reserve(arguments.size());
    for (size_t i = 0; i < arguments.size(); ++i) {
        list.push_back(arguments[i].declaration + default_at(arguments, i));
    }
    return fmt::format("{}", fmt::join(list, ", "));
}

std::string names(const std::vector<CArgument> &arguments) {
    std::vector<std::string> list;
    list.reserve(arguments.size());
    for (const CArgument &argument : arguments) list.push_back(argument.name);
    return fmt::format("{}", fmt::join(list, ", "));
}

/// The name under which all dtypes of a kernel meet.
std::string shared_name(const CFunction &function) {
    return function.activation->name + "_" + to_string(function.pass) + (function.cuda ? "_cuda" : "");
}

std::string pointer_form(const CFunction &function) {
    std::string text = fmt::format(
        "\n// {0}, {1}: see {2} in kernels.h.\ninline status {3}({4}) noexcept {{\n  return ::{2}({5});\n}}\n",
        function.activation->name, to_string(function.pass), function.symbol, function.cpp_name,
        parameter_list(function.arguments), names(function.arguments));
    if (!function.workspace_symbol.empty()) text += fmt::format("using ::{};\n", function.workspace_symbol);
    return text;
}

/// The compiler's own 16-bit type, and how to know that it has one. GCC has them in C++ from version 13 on.
struct NativeType {
    const char *name;
    const char *condition;
};

NativeType native_type(DType dtype) {
    if (dtype == DType::f16) return {"_Float16", "defined __FLT16_MANT_DIG__ && (defined __clang__ || __GNUC__ >= 13)"};
    return {"__bf16", "defined __BFLT16_MANT_DIG__"};
}

/// `declaration` of an array of bits as one of `native` numbers.
std::string with_native_type(const std::string &declaration, const std::string &bits, const std::string &native) {
    const size_t at = declaration.find(bits);
    return at == std::string::npos ? declaration
                                   : declaration.substr(0, at) + native + declaration.substr(at + bits.size());
}

/// The pointer form under the name that all dtypes share, for compilers that have numbers of this type.
std::string native_form(const Package &package, const CFunction &function) {
    const NativeType native = native_type(function.dtype);
    const std::string bits = c_type(function.dtype, package.prefix);
    std::vector<std::string> parameters;
    std::vector<std::string> call;
    for (size_t i = 0; i < function.arguments.size(); ++i) {
        const CArgument &argument = function.arguments[i];
        const std::string declaration =
            with_native_type(argument.declaration, bits + " *", std::string(native.name) + " *");
        parameters.push_back(declaration + default_at(function.arguments, i));
        const bool is_native = declaration != argument.declaration;
        const char *constness = argument.direction == "in" ? "const " : "";
        call.push_back(is_native ? fmt::format("reinterpret_cast<{}{} *>({})", constness, bits, argument.name)
                                 : argument.name);
    }
    return fmt::format("\n#if {}\ninline status {}({}) noexcept {{\n  return {}({});\n}}\n#endif\n", native.condition,
                       shared_name(function), fmt::join(parameters, ", "), function.cpp_name, fmt::join(call, ", "));
}

/// The arguments of the span-friendly form: arrays as templates, and no `n`, which the first array knows.
struct SpanForm {
    std::vector<std::string> template_parameters;
    std::vector<std::string> parameters;
    std::vector<std::string> call;
    std::vector<std::string> conditions;
};

void add_array(SpanForm &form, const CFunction &function, const CArgument &argument) {
    const std::string type = fmt::format("Array{}", form.template_parameters.size());
    form.template_parameters.push_back("class " + type);
    form.parameters.push_back(argument.direction == "in" ? fmt::format("const {} &{}", type, argument.name)
                                                         : fmt::format("{} &&{}", type, argument.name));
    form.call.push_back(fmt::format("detail::data({})", argument.name));
    if (argument.per_channel) {
        form.conditions.push_back(fmt::format("detail::size({}) == channels", argument.name));
    } else if (function.signature.pattern == Pattern::channelwise) {
        form.conditions.push_back(
            fmt::format("detail::is_product(detail::size({}), outer, channels, inner)", argument.name));
    } else if (form.call.size() > 1) {
        form.conditions.push_back(
            fmt::format("detail::size({}) == detail::size({})", argument.name, function.arguments.front().name));
    }
}

/// A scalar parameter takes its type from the first array: one template serves float and double.
std::string parameter_declaration(const CFunction &function, const CArgument &argument) {
    if (argument.declaration.starts_with("size_t ")) return argument.declaration;
    return fmt::format("typename detail::parameter_of<decltype(detail::data({}))>::type {}",
                       function.arguments.front().name, argument.name);
}

SpanForm span_form_of(const CFunction &function) {
    SpanForm form;
    for (size_t i = 0; i < function.arguments.size(); ++i) {
        const CArgument &argument = function.arguments[i];
        if (!argument.direction.empty()) {
            add_array(form, function, argument);
        } else if (argument.name == "n") {
            form.call.push_back(fmt::format("detail::size({})", function.arguments.front().name));
        } else {
            form.parameters.push_back(parameter_declaration(function, argument) + default_at(function.arguments, i));
            form.call.push_back(argument.name);
        }
    }
    return form;
}

std::string span_form(const Package &package, const CFunction &function, const std::string &name) {
    const SpanForm form = span_form_of(function);
    const std::string call = fmt::format("{}({})", name, fmt::join(form.call, ", "));
    return fmt::format(
        "\n// The same for whatever has data() and size(); {} if the sizes do not agree.\n"
        "template <{}>\nauto {}({}) noexcept\n    -> decltype({}) {{\n"
        "  if (!({})) return {};\n  return {};\n}}\n",
        mismatch_status(package), fmt::join(form.template_parameters, ", "), name, fmt::join(form.parameters, ", "),
        call, fmt::join(form.conditions, " && "), mismatch_status(package), call);
}

std::string package_functions(const Package &package) {
    return fmt::format(
        "using status = ::{0}_status;\n\n"
        "inline const char *status_text(status value) noexcept {{ return ::{0}_status_text(value); }}\n"
        "inline const char *version() noexcept {{ return ::{0}_version(); }}\n"
        "inline const char *cpu_level() noexcept {{ return ::{0}_cpu_level(); }}\n"
        "inline status set_cpu_level(const char *name) noexcept {{ return ::{0}_set_cpu_level(name); }}\n"
        "inline void set_streaming_bytes(size_t bytes) noexcept {{ ::{0}_set_streaming_bytes(bytes); }}\n"
        "inline status set_num_threads(size_t threads) noexcept {{ return ::{0}_set_num_threads(threads); }}\n"
        "inline size_t get_num_threads() noexcept {{ return ::{0}_get_num_threads(); }}\n"
        "using task = ::{0}_task;\nusing parallel_for = ::{0}_parallel_for;\n"
        "inline status set_parallel_for(parallel_for loop, void *pool, size_t threads) noexcept {{\n"
        "  return ::{0}_set_parallel_for(loop, pool, threads);\n}}\n"
        "inline void set_parallel_bytes(size_t bytes) noexcept {{ ::{0}_set_parallel_bytes(bytes); }}\n",
        package.prefix);
}

}  // namespace

namespace {

std::string lookup_functions(const Package &package, const std::vector<CFunction> &functions) {
    std::string text;
    for (const DType dtype : quantized_dtypes()) {
        if (!has_dtype(functions, dtype)) continue;
        text += fmt::format(
            "\ninline status lookup(const {0} *x, {0} *y, size_t n, const {0} *table) noexcept {{\n"
            "  return ::{1}_lookup_{2}(x, y, n, table);\n}}\n",
            c_type(dtype, package.prefix), package.prefix, to_string(dtype));
    }
    return text;
}

}  // namespace

std::string cpp_header(const Package &package, const std::vector<CFunction> &functions) {
    const std::string guard = upper_case(package.prefix) + "_KERNELS_HPP";
    std::string text = fmt::format(
        "// {0} for C++17: overloads of the functions in kernels.h, with the defaults of the definitions, and a form "
        "for\n"
        "// std::vector, std::array, std::span and whatever else has data() and size(). No allocation, no exception.\n"
        "// Generated by Actinide {1}; do not edit. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n"
        "#include \"kernels.h\"\n\n#ifndef {2}\n#define {2}\n\nnamespace {3} {{\n\n",
        package.name, package.version, guard, package.prefix);
    text += package_functions(package);
    text += lookup_functions(package, functions);
    text += array_access;
    for (const CFunction &function : functions) {
        text += pointer_form(function);
        if (is_stored_as_bits(function.dtype)) text += native_form(package, function);
    }
    // Behind all overloads, so that a template finds each of them.
    std::set<std::string> written;
    for (const CFunction &function : functions) {
        // Rows with strides are no span, and of pairs and bits the sizes do not agree.
        const Pattern pattern = function.signature.pattern;
        const bool is_span = pattern == Pattern::elementwise || pattern == Pattern::channelwise;
        if (function.cuda || !is_span) continue;
        for (const std::string &name : {function.cpp_name, shared_name(function)}) {
            if (written.insert(name).second) text += span_form(package, function, name);
        }
    }
    return text + fmt::format("\n}}  // namespace {}\n\n#endif\n", package.prefix);
}

}  // namespace actinide
