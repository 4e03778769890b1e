/* Every pass of the four first activations at x = -2, -1, 0, 1, 2, beside the formulas' values.
 * cc -std=c11 all.c -I$P/include $P/lib/x86_64-linux/libactinide_kernels.a */
#include <actinide_kernels/kernels.h>
#include <stdio.h>

enum { N = 5 };
static const float x[N] = {-2, -1, 0, 1, 2};
static const float ones[N] = {1, 1, 1, 1, 1};
static const float weight[1] = {0.25f};
static int wrong = 0;

static void print(const char *what, actn_status status, const float *got, const double *formula, int count) {
  if (status != ACTN_OK) {
    printf("%-34s %s\n", what, actn_status_text(status));
    wrong = 1;
    return;
  }
  printf("%-34s", what);
  for (int i = 0; i < count; ++i) {
    const double error = got[i] - formula[i];
    /* Taken from y, a gradient inherits y's rounding: up to 4e-7 of it here. */
    const double allowed = 1e-6 * (formula[i] < 0 ? -formula[i] : formula[i]);
    const int is_right = error <= allowed && -error <= allowed;
    printf(" %11.8g%s", got[i], is_right ? "" : "(!)");
    if (!is_right) wrong = 1;
  }
  printf("\n%-34s", "    the formula");
  for (int i = 0; i < count; ++i) printf(" %11.8g", formula[i]);
  printf("\n");
}

int main(void) {
  static const double relu[N] = {0, 0, 0, 1, 2}, relu_gradient[N] = {0, 0, 0, 1, 1};
  static const double leaky[N] = {-0.02, -0.01, 0, 1, 2}, leaky_gradient[N] = {0.01, 0.01, 0.01, 1, 1};
  static const double prelu[N] = {-0.5, -0.25, 0, 1, 2}, prelu_gradient[N] = {0.25, 0.25, 0.25, 1, 1};
  static const double prelu_weight_gradient[1] = {-3};
  static const double elu[N] = {-0.86466471676338731, -0.63212055882855768, 0, 1, 2};
  static const double elu_gradient[N] = {0.13533528323661269, 0.36787944117144232, 1, 1, 1};
  float y[N], dx[N], dweight[1];
  actn_status status;

  printf("level: %s, version: %s\n", actn_cpu_level(), actn_version());
  print("relu", actn_relu_forward_f32(x, y, N), y, relu, N);
  print("relu'", actn_relu_backward_f32(x, ones, dx, N), dx, relu_gradient, N);
  print("relu' from y", actn_relu_backward_from_output_f32(y, ones, dx, N), dx, relu_gradient, N);
  print("leaky_relu, slope 0.01", actn_leaky_relu_forward_f32(x, y, N, 0.01f), y, leaky, N);
  print("leaky_relu'", actn_leaky_relu_backward_f32(x, ones, dx, N, 0.01f), dx, leaky_gradient, N);
  print("leaky_relu' from y", actn_leaky_relu_backward_from_output_f32(y, ones, dx, N, 0.01f), dx, leaky_gradient, N);
  print("prelu, weight 0.25", actn_prelu_forward_f32(x, weight, y, 1, 1, N), y, prelu, N);
  status = actn_prelu_backward_f32(x, weight, ones, dx, dweight, 1, 1, N);
  print("prelu' in x", status, dx, prelu_gradient, N);
  print("prelu' in weight", status, dweight, prelu_weight_gradient, 1);
  print("elu, alpha 1", actn_elu_forward_f32(x, y, N, 1.0f), y, elu, N);
  print("elu'", actn_elu_backward_f32(x, ones, dx, N, 1.0f), dx, elu_gradient, N);
  print("elu' from y", actn_elu_backward_from_output_f32(y, ones, dx, N, 1.0f), dx, elu_gradient, N);
  return wrong;
}
