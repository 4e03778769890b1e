#include <HalideBuffer.h>
#include <leaky_relu.h>
#include <leaky_relu_gradient.h>
#include <leaky_relu_gradient_as_jax.h>

#include <cstdio>
#include <vector>

int main() {
    const float slope = 0.01f;
    const int n = 1 << 12;
    std::vector<float> x(n), dy(n, 2.0f), y(n), dx(n);
    for (int i = 0; i < n; ++i) x[i] = 0.25f * static_cast<float>(i - n / 2);
    Halide::Runtime::Buffer<float, 1> x_buffer(x.data(), n), dy_buffer(dy.data(), n), y_buffer(y.data(), n),
        dx_buffer(dx.data(), n);
    if (leaky_relu(x_buffer, slope, y_buffer) != 0 || leaky_relu_gradient(x_buffer, dy_buffer, slope, dx_buffer) != 0) {
        return 1;
    }
    for (int i = 0; i < n; ++i) {
        const bool is_right = y[i] == (x[i] > 0 ? x[i] : slope * x[i]) && dx[i] == (x[i] > 0 ? 2.0f : slope * 2.0f);
        if (!is_right) {
            std::printf("leaky_relu(%g) = %g with the gradient %g\n", x[i], y[i], dx[i]);
            return 1;
        }
    }
    if (leaky_relu_gradient_as_jax(x_buffer, dy_buffer, slope, dx_buffer) != 0) return 1;
    for (int i = 0; i < n; ++i) {
        if (dx[i] == (x[i] >= 0 ? 2.0f : slope * 2.0f)) continue;
        std::printf("the gradient of leaky_relu as jax at %g is %g\n", x[i], dx[i]);
        return 1;
    }
    return 0;
}
