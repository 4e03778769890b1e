#include <actinide_kernels/kernels.h>
#include <stdio.h>

int main(void) {
  /* Two samples of two channels with two values each; one slope for each channel. */
  const float x[8] = {-1, 1, -2, 2, -3, 3, -4, 4};
  const float weight[2] = {0.5f, 0.25f};
  const float expected[8] = {-0.5f, 1, -0.5f, 2, -1.5f, 3, -1, 4};
  float y[8];
  const actn_status status = actn_prelu_forward_f32(x, weight, y, 2, 2, 2);
  int wrong = status != ACTN_OK;
  puts(actn_status_text(status));
  for (int i = 0; i < 8 && status == ACTN_OK; ++i) {
    printf("prelu(%2g) = %4g\n", x[i], y[i]);
    wrong |= y[i] != expected[i];
  }
  return wrong;
}
