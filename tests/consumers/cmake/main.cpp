#include <actinide_kernels/kernels.hpp>
#include <cmath>
#include <cstdio>
#include <vector>

int main() {
    const std::vector<float> x = {-2, -1, 0, 1, 2};
    const std::vector<float> dy(x.size(), 1.0f);
    std::vector<float> y(x.size()), dx(x.size());

    // alpha is 1 unless it is given, as in torch.nn.functional.elu.
    actn::status status = actn::elu_forward(x, y);
    if (status == ACTN_OK) status = actn::elu_backward(x, dy, dx);
    if (status != ACTN_OK) {
        std::puts(actn::status_text(status));
        return 1;
    }
    int wrong = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        std::printf("elu(%2g) = %10.7f, elu'(%2g) = %.7f\n", x[i], y[i], x[i], dx[i]);
        wrong |= std::abs(y[i] - (x[i] > 0 ? x[i] : std::expm1(x[i]))) > 1e-7f;
        wrong |= std::abs(dx[i] - (x[i] > 0 ? 1 : std::exp(x[i]))) > 1e-7f;
    }
    // In place, and with sizes that do not agree.
    wrong |= actn::relu_forward(y, y) != ACTN_OK || y[0] != 0;
    std::vector<float> shorter(4);
    wrong |= actn::relu_forward(x, shorter) == ACTN_OK;
    return wrong;
}
