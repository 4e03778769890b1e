#include "tools/compiler/lint.h"

#include <array>
#include <string_view>

namespace actinide {
namespace {

using namespace Halide::Internal;

class ForbiddenOperations : public IRVisitor {
public:
    std::string found;

private:
    using IRVisitor::visit;

    void report(const std::string &operation, const Halide::Expr &expr) {
        if (!found.empty()) {
            return;
        }
        std::ostringstream text;
        text << expr;
        found = operation + " in " + text.str() + "; write it with generators/math, which is the same on every CPU";
    }

    // Under strict_float Halide lowers arithmetic to calls of these.
    void report_strict(const Call *op) {
        if (op->is_intrinsic(Call::strict_max)) {
            report("floating-point max", op);
        }
        if (op->is_intrinsic(Call::strict_min)) {
            report("floating-point min", op);
        }
        if (op->is_intrinsic(Call::strict_le)) {
            report("comparison by <= or >= (true for NaN on x86)", op);
        }
        if (op->is_intrinsic(Call::strict_sub) && is_const_zero(op->args[0])) {
            report("subtraction from zero", op);
        }
    }

    void visit(const Cast *op) override {
        if (op->value.type().is_float() && !op->type.is_float()) {
            report("conversion to an integer", op);
        }
        IRVisitor::visit(op);
    }
    void visit(const Call *op) override {
        report_strict(op);
        static constexpr std::array<std::string_view, 5> rounding{"round", "floor", "ceil", "trunc", "nearbyint"};
        const bool is_external = op->call_type == Call::Extern || op->call_type == Call::PureExtern;
        if (is_external && op->type.is_float() && !op->name.starts_with("llvm.fma.") &&
            !op->name.starts_with("sqrt_f")) {
            report("external call of " + op->name, op);
        }
        for (const std::string_view name : rounding) {
            if (op->type.is_float() && op->name.starts_with(name)) {
                report(op->name, op);
            }
        }
        IRVisitor::visit(op);
    }
};

}  // namespace

std::string lint(const Halide::Module &module) {
    ForbiddenOperations forbidden;
    for (const LoweredFunc &function : module.functions()) {
        function.body.accept(&forbidden);
    }
    return forbidden.found;
}

}  // namespace actinide
