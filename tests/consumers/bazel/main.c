#include <kernels/kernels.h>
#include <stdio.h>

int main(void) {
  const float x[3] = {-1, 0, 2};
  float y[3];
  if (actn_bent_forward_f32(x, y, 3, 0.25f) != ACTN_OK) return 1;
  for (int i = 0; i < 3; ++i) printf("bent(%2g) = %5.2f\n", x[i], y[i]);
  return y[0] != -0.25f || y[1] != 0 || y[2] != 2;
}
