#include <kernels/kernels.h>
#include <stdio.h>

int main(void) {
  const float x[4] = {-2, -1, 0, 3};
  const float dy[4] = {1, 1, 1, 1};
  float y[4], dx[4];
  if (actn_relu_forward_f32(x, y, 4) != ACTN_OK || y[0] != 0 || y[3] != 3) return 1;
  if (actn_bent_forward_f32(x, y, 4, 0.25f) != ACTN_OK) return 1;
  if (actn_bent_backward_f32(x, dy, dx, 4, 0.25f) != ACTN_OK) return 1;
  int wrong = 0;
  for (int i = 0; i < 4; ++i) {
    printf("bent(%2g) = %5.2f, slope %.2f\n", x[i], y[i], dx[i]);
    wrong |= y[i] != (x[i] > 0 ? x[i] : 0.25f * x[i]);
    wrong |= dx[i] != (x[i] > 0 ? 1 : 0.25f);
  }
  return wrong;
}
