#include "tools/compiler/lint.h"

#include <array>
#include <string_view>

namespace actinide {
namespace {

using namespace Halide::Internal;

bool starts_with(const std::string &text, std::string_view prefix) {
    return text.rfind(prefix, 0) == 0;
}

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

    void visit(const Max *op) override {
        if (op->type.is_float()) {
            report("floating-point max", op);
        }
        IRVisitor::visit(op);
    }
    void visit(const Min *op) override {
        if (op->type.is_float()) {
            report("floating-point min", op);
        }
        IRVisitor::visit(op);
    }
    void visit(const Sub *op) override {
        if (op->type.is_float() && is_const_zero(op->a)) {
            report("subtraction from zero", op);
        }
        IRVisitor::visit(op);
    }
    void visit(const Cast *op) override {
        if (op->value.type().is_float() && !op->type.is_float()) {
            report("conversion to an integer", op);
        }
        IRVisitor::visit(op);
    }
    void visit(const Call *op) override {
        static constexpr std::array<std::string_view, 5> rounding{"round", "floor", "ceil", "trunc", "nearbyint"};
        const bool is_external = op->call_type == Call::Extern || op->call_type == Call::PureExtern;
        if (is_external && op->type.is_float() && !starts_with(op->name, "llvm.fma.") &&
            !starts_with(op->name, "sqrt_f")) {
            report("external call of " + op->name, op);
        }
        for (const std::string_view name : rounding) {
            if (op->type.is_float() && starts_with(op->name, name)) {
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
