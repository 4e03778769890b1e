#include <actinide_kernels/kernels.h>
#include <stdio.h>

int main(void) {
  const float x[5] = {-2, -1, 0, 1, 2};
  float y[5];
  actn_status status = actn_elu_forward_f32(x, y, 5, 1.0f);
  if (status != ACTN_OK) puts(actn_status_text(status));
  for (int i = 0; i < 5; ++i) printf("elu(%2g) = %.7g\n", x[i], y[i]);
  return status;
}
