/* The CPU path of an entry point that fills the table of a quantised activation: the float64 kernel at all 256 inputs,
 * then one division and one rounding each. */
#include "runtime/table.h"

#include "runtime/arrays.h"
#include "runtime/checks.h"
#include "runtime/level.h"

static int is_scale(double scale) { return (scale > 0) & (scale <= ACTINIDE_LARGEST_DOUBLE); }

static int is_zero_point(double zero_point, int32_t lowest) {
  const int is_in_range = (zero_point >= lowest) & (zero_point <= lowest + 255);
  return is_in_range && zero_point == (double)(int32_t)zero_point;
}

/* Nearest integer, ties to even, for numbers below 2^51. */
static double rounded_to_integer(double number) {
  const double shift = 0x1.8p52;
  return number + shift - shift;
}

/* ONNX's QuantizeLinear; a NaN, which no integer is, becomes the zero point. */
static int32_t quantized(double number, double scale, double zero_point, int32_t lowest) {
  const double beyond = 1024; /* past every integer that counts, also behind the zero point */
  double quotient = number / scale;
  if (!(quotient > -beyond)) quotient = quotient < 0 ? -beyond : 0;
  if (quotient > beyond) quotient = beyond;
  const double integer = rounded_to_integer(quotient) + zero_point;
  if (integer < lowest) return lowest;
  return integer > lowest + 255 ? lowest + 255 : (int32_t)integer;
}

int32_t actinide_run_table(const struct actinide_kernel *kernel, const struct actinide_call *call) {
  const int32_t lowest = kernel->lowest;
  const double x_scale = call->parameters[ACTINIDE_X_SCALE].f64;
  const double x_zero_point = call->parameters[ACTINIDE_X_ZERO_POINT].f64;
  const double y_scale = call->parameters[ACTINIDE_Y_SCALE].f64;
  const double y_zero_point = call->parameters[ACTINIDE_Y_ZERO_POINT].f64;
  unsigned char *table = call->outputs[0];
  const int32_t status = actinide_check_parameters(kernel, call);
  if (status != ACTINIDE_OK) return status;
  if (!is_scale(x_scale) || !is_scale(y_scale)) return ACTINIDE_INVALID_PARAMETER;
  if (!is_zero_point(x_zero_point, lowest) || !is_zero_point(y_zero_point, lowest)) return ACTINIDE_INVALID_PARAMETER;
  if (table == NULL) return ACTINIDE_INVALID_POINTER;
  const actinide_tile_function run = actinide_choose_tile(kernel, actinide_level(), ACTINIDE_TILE_ELEMENTWISE);
  if (run == NULL) return ACTINIDE_UNSUPPORTED_CPU;

  double x[ACTINIDE_TABLE_ENTRIES], y[ACTINIDE_TABLE_ENTRIES];
  union actinide_parameter parameters[ACTINIDE_MAX_PARAMETERS];
  struct actinide_tile tile;
  for (int32_t i = 0; i < ACTINIDE_TABLE_ENTRIES; ++i) x[i] = (lowest + i - x_zero_point) * x_scale;
  actinide_copy_parameters(kernel, call, parameters);
  tile.parameters = parameters;
  tile.inputs[0] = x;
  tile.outputs[0] = y;
  actinide_set_shape(&tile, ACTINIDE_TABLE_ENTRIES, 1, 1, ACTINIDE_TABLE_ENTRIES, ACTINIDE_TABLE_ENTRIES);
  run(&tile);
  for (int32_t i = 0; i < ACTINIDE_TABLE_ENTRIES; ++i) {
    table[(unsigned char)(lowest + i)] = (unsigned char)quantized(y[i], y_scale, y_zero_point, lowest);
  }
  return ACTINIDE_OK;
}
