// A formula: an immutable tree of exact constants, variables, arithmetic, comparisons, `where` and calls of
// generators/math. Everything Actinide knows about an activation is read from such a tree.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace actinide {

namespace math {
struct Function;
}

/// What a node of the tree is. Comparisons and `both`, `either` are conditions; the others are real numbers.
enum class Operation {
    constant,
    variable,
    add,
    subtract,
    multiply,
    divide,
    negate,
    rounded,
    less,
    less_equal,
    greater,
    greater_equal,
    both,
    either,
    where,
    call,
};

/// A handle to one immutable node. Copies share the node; equality is structural (see `equal`).
class Formula {
public:
    /// The exact integer `value`.
    Formula(int value);  // NOLINT(google-explicit-constructor): `x * 2` should read as mathematics.

    Operation operation() const;
    /// A constant's decimal text, a variable's name or a function's name; empty for the rest.
    const std::string &text() const;
    const std::vector<Formula> &operands() const;
    /// The function that a call calls; null for every other operation.
    const math::Function *function() const;
    /// Nodes on the longest path from here to a leaf, both counted: 1 for a constant or a variable.
    int depth() const;
    /// Nodes of the tree, shared ones counted wherever they stand: what it costs to walk over it.
    size_t size() const;

    struct Node;
    explicit Formula(std::shared_ptr<const Node> node);
    const Node *node() const { return node_.get(); }

private:
    std::shared_ptr<const Node> node_;
};

/// The real number that the decimal `text` denotes, exactly: constant("0.044715"), constant("-1e-6").
/// A node's text is always unsigned and without needless zeros; a minus sign becomes a negation around it.
Formula constant(const std::string &text);
Formula variable(const std::string &name);
/// A call of one of generators/math's functions.
Formula call(const math::Function &function, std::vector<Formula> arguments);
/// A call by name. The name must exist: math::find_function tells beforehand.
Formula call(const std::string &function, std::vector<Formula> arguments);

Formula operator+(const Formula &a, const Formula &b);
Formula operator-(const Formula &a, const Formula &b);
Formula operator*(const Formula &a, const Formula &b);
Formula operator/(const Formula &a, const Formula &b);
Formula operator-(const Formula &a);
Formula operator<(const Formula &a, const Formula &b);
Formula operator<=(const Formula &a, const Formula &b);
Formula operator>(const Formula &a, const Formula &b);
Formula operator>=(const Formula &a, const Formula &b);
Formula operator&&(const Formula &a, const Formula &b);
Formula operator||(const Formula &a, const Formula &b);
/// `if_true` where the condition holds, else `if_false`; a NaN makes every comparison false.
Formula where(const Formula &condition, const Formula &if_true, const Formula &if_false);

/// `a` as a kernel's arithmetic rounds it before anything else is done with it: to float64 in kernels of f64, else to
/// float32. As a real number it is a; formula text calls it rounded(a).
Formula rounded(const Formula &a);

/// |a| as where(a < 0, -a, a), which formula text calls abs(a). Of -0 it is -0, of a NaN that NaN.
Formula absolute(const Formula &a);

/// a != b as a < b || a > b; false for a NaN.
Formula unequal(const Formula &a, const Formula &b);

/// Whether `a` is neither infinite nor NaN in any floating-point type; formula text calls it finite(a).
Formula finite(const Formula &a);

/// Structural equality: the same tree, node by node.
bool equal(const Formula &a, const Formula &b);
bool is_constant(const Formula &formula, int value);
/// Whether the formula is absolute(a) of some a, its last operand.
bool is_absolute(const Formula &formula);
/// Whether the formula is unequal(a, b) of some a and b: the operands of each of its operands.
bool is_unequal(const Formula &formula);
/// Whether the formula is finite(a) of some a, the first operand of its first operand.
bool is_finite(const Formula &formula);
/// Whether the formula is true or false rather than a real number.
bool is_condition(const Formula &formula);
/// Whether `name` occurs anywhere in the formula.
bool mentions(const Formula &formula, const std::string &name);
/// The same operation on other operands, as many and of the same kinds.
Formula with_operands(const Formula &formula, std::vector<Formula> operands);
/// The formula with every variable `name` replaced.
Formula substitute(const Formula &formula, const std::string &name, const Formula &replacement);
/// All replacements at once, so that a replacement may itself mention a replaced name.
Formula substitute(const Formula &formula, const std::map<std::string, Formula> &replacements);
/// Names of all variables, in order of first appearance.
std::vector<std::string> variables(const Formula &formula);
/// Conditions under which a `where` switches, outermost first: the places where the formula may have a kink.
std::vector<Formula> conditions(const Formula &formula);
/// The comparisons that these conditions are made of, each once.
std::vector<Formula> comparisons(const Formula &formula);
/// What is joined by && to make the condition, finite(a) whole: {condition} itself if nothing is.
std::vector<Formula> conjuncts(const Formula &condition);

/// Every function that is called anywhere in the formula, once.
std::vector<const math::Function *> functions_called(const Formula &formula);

/// The name of a called function that has no form in floats of `bits` bits, so that the formula cannot be lowered;
/// empty if there is none.
std::string function_without_form(const Formula &formula, int bits);

}  // namespace actinide
