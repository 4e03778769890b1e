// Prints the table of tests/kernels_table.h as C: one adapter per function of the package, made from the catalogue.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "generators/catalogue/signature.h"
#include "tests/tested_activations.h"

namespace {

using namespace actinide;
using Role = Argument::Role;

const char *const prefix = "actn_";

struct Kernel {
    const Activation *activation;
    Pass pass;
    DType dtype;
    Signature signature;
};

std::vector<Kernel> all_kernels(const std::vector<DType> &dtypes) {
    std::vector<Kernel> kernels;
    for (const Activation *activation : tested_activations()) {
        for (const Pass pass : all_passes()) {
            for (const DType dtype : dtypes) {
                if (!why_unsupported(*activation, pass, dtype).empty()) continue;
                kernels.push_back({activation, pass, dtype, signature(*activation, pass, dtype)});
            }
        }
    }
    return kernels;
}

std::string function_of(const Kernel &kernel, bool cuda) {
    return prefix + kernel.signature.function + (cuda ? "_cuda" : "");
}

std::vector<Argument> arguments_of(const Kernel &kernel, Role role) {
    std::vector<Argument> found;
    for (const Argument &argument : kernel.signature.arguments) {
        if (argument.role == role) found.push_back(argument);
    }
    return found;
}

/// Learned parameters of the backward pass on a GPU are summed in a workspace.
bool has_workspace(const Kernel &kernel) {
    const std::vector<Argument> outputs = arguments_of(kernel, Role::output);
    return std::any_of(outputs.begin(), outputs.end(), [](const Argument &output) { return output.per_channel; });
}

/// "inputs[0], outputs[0], sizes[0], parameters[0]" in the order of the C function.
std::string call_arguments(const Kernel &kernel) {
    int inputs = 0;
    int outputs = 0;
    int sizes = 0;
    int parameters = 0;
    std::string text;
    for (const Argument &argument : kernel.signature.arguments) {
        if (!text.empty()) text += ", ";
        switch (argument.role) {
            case Role::input:
                text += "inputs[" + std::to_string(inputs++) + "]";
                break;
            case Role::output:
                text += "outputs[" + std::to_string(outputs++) + "]";
                break;
            case Role::size:
                text += "sizes[" + std::to_string(sizes++) + "]";
                break;
            case Role::parameter:
                text += "parameters[" + std::to_string(parameters++) + "]";
                break;
        }
    }
    return text;
}

void print_adapter(const Kernel &kernel) {
    std::cout << "static int run_" << kernel.signature.function
              << "(const void *const *inputs, void *const *outputs, const size_t *sizes,\n"
                 "    const float *parameters) {\n"
                 "  (void)parameters;\n"
                 "  return (int)"
              << function_of(kernel, false) << "(" << call_arguments(kernel) << ");\n}\n";
}

void print_cuda_adapter(const Kernel &kernel) {
    const std::string workspace = has_workspace(kernel) ? ", workspace, workspace_bytes" : "";
    std::cout << "static int run_" << kernel.signature.function
              << "(const void *const *inputs, void *const *outputs, const size_t *sizes,\n"
                 "    const float *parameters, void *workspace, size_t workspace_bytes, void *stream) {\n"
                 "  (void)parameters, (void)workspace, (void)workspace_bytes;\n"
                 "  return (int)"
              << function_of(kernel, true) << "(" << call_arguments(kernel) << workspace << ", (" << prefix
              << "cuda_stream)stream);\n}\n";
    if (!has_workspace(kernel)) return;
    std::cout << "static size_t workspace_of_" << kernel.signature.function << "(const size_t *sizes) {\n  return "
              << function_of(kernel, true) << "_workspace_bytes(sizes[0], sizes[1], sizes[2]);\n}\n";
}

double default_of(const Kernel &kernel, const std::string &name) {
    for (const Parameter &parameter : kernel.activation->parameters) {
        if (parameter.name == name) return parameter.default_value;
    }
    for (const Input &input : kernel.activation->inputs) {
        if (input.name == name) return input.held_at.value_or(0);
    }
    return 0;
}

void print_arrays(const Kernel &kernel, const char *member, Role role) {
    std::cout << "     ." << member << " = {";
    for (const Argument &array : arguments_of(kernel, role)) {
        std::cout << "{\"" << array.name << "\", " << array.per_channel << ", (float)" << default_of(kernel, array.name)
                  << "}, ";
    }
    std::cout << "},\n";
}

/// C11 has no empty initializer.
void print_parameters(const Kernel &kernel) {
    const std::vector<Argument> parameters = arguments_of(kernel, Role::parameter);
    if (parameters.empty()) return;
    std::cout << "     .parameters = {";
    for (const Argument &parameter : parameters) {
        std::cout << "{\"" << parameter.name << "\", (float)" << default_of(kernel, parameter.name) << "}, ";
    }
    std::cout << "},\n";
}

void print_entry(const Kernel &kernel, bool cuda) {
    const bool is_elementwise = kernel.signature.pattern == Pattern::elementwise;
    std::cout << "{.activation = \"" << kernel.activation->name << "\", .pass = \"" << to_string(kernel.pass)
              << "\", .dtype = \"" << to_string(kernel.dtype) << "\", .symbol = \"" << function_of(kernel, cuda)
              << "\",\n"
              << "     .pattern = " << (is_elementwise ? "KERNEL_ELEMENTWISE" : "KERNEL_CHANNELWISE") << ",\n"
              << "     .input_count = " << arguments_of(kernel, Role::input).size()
              << ", .output_count = " << arguments_of(kernel, Role::output).size()
              << ", .size_count = " << arguments_of(kernel, Role::size).size()
              << ", .parameter_count = " << arguments_of(kernel, Role::parameter).size() << ",\n";
    print_arrays(kernel, "inputs", Role::input);
    print_arrays(kernel, "outputs", Role::output);
    print_parameters(kernel);
    std::cout << "     .run = " << (cuda ? "0" : "run_" + kernel.signature.function) << "}";
}

void print_cpu_table(const std::vector<Kernel> &kernels, const std::string &name) {
    for (const Kernel &kernel : kernels) print_adapter(kernel);
    std::cout << "\nconst struct kernel_entry " << name << "_table[] = {\n";
    for (const Kernel &kernel : kernels) {
        std::cout << "    ";
        print_entry(kernel, false);
        std::cout << ",\n";
    }
    std::cout << "};\nconst size_t " << name << "_count = sizeof " << name << "_table / sizeof " << name
              << "_table[0];\n";
}

void print_cuda_table(const std::vector<Kernel> &kernels) {
    for (const Kernel &kernel : kernels) print_cuda_adapter(kernel);
    std::cout << "\nconst struct kernel_cuda_entry kernel_cuda_table[] = {\n";
    for (const Kernel &kernel : kernels) {
        std::cout << "    {.kernel = ";
        print_entry(kernel, true);
        std::cout << ",\n     .run = run_" << kernel.signature.function << ", .workspace_bytes = "
                  << (has_workspace(kernel) ? "workspace_of_" + kernel.signature.function : "0") << "},\n";
    }
    std::cout << "};\nconst size_t kernel_cuda_count = sizeof kernel_cuda_table / sizeof kernel_cuda_table[0];\n";
}

}  // namespace

int main(int count, char **arguments) {
    const std::string kind = count == 2 ? arguments[1] : "cpu";
    std::cout.precision(17);
    std::cout << "/* Printed by kernels_print_table; do not edit. */\n"
                 "#include \"tests/kernels_table.h\"\n\n#include <actinide_kernels/kernels.h>\n\n";
    if (kind == "cuda") {
        print_cuda_table(all_kernels({DType::f32, DType::f16, DType::bf16, DType::f64}));
    } else if (kind == "small") {
        print_cpu_table(all_kernels({DType::f16, DType::bf16}), "kernel_small");
    } else if (kind == "double") {
        print_cpu_table(all_kernels({DType::f64}), "kernel_double");
    } else {
        print_cpu_table(all_kernels({DType::f32}), "kernel");
    }
    return std::cout.flush() ? 0 : 1;
}
