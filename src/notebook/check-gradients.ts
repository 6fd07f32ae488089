import type { Network } from "../nn/network";
import type { Tensor } from "../tensor";
import { type GradientCheck, type GradientCheckOptions, measureGradients } from "../training/gradient-check";
import { shown } from "./display";
import { table } from "./table";

/**
 * Shows, parameter by parameter, whether `backward` computes what nudging the numbers brings to light, and returns the
 * comparison: `checkGradients(network, x, y)` with samples x and their classes or targets y. Throws as `measureGradients`.
 */
export function checkGradients(
  network: Network,
  x: Tensor,
  y: ArrayLike<number> | Tensor,
  options: GradientCheckOptions = {},
): GradientCheck[] {
  const checks = measureGradients(network, x, y, options);
  const wrong = checks.filter(({ agrees }) => !agrees).length;
  const rows = checks.map(({ layer, name, parameter, checked, largestGradient, relativeError, agrees }) => ({
    layer: `${layer} ${name}`,
    parameter,
    "numbers tried": checked,
    "largest gradient": largestGradient.toExponential(1),
    "relative error": relativeError.toExponential(1),
    "": agrees ? "✓" : "✗ differs",
  }));
  const caption =
    wrong === 0
      ? "backward and central differences agree"
      : `backward and central differences differ in ${wrong} of ${checks.length} parameters`;
  table(rows, { caption, empty: "no layer has parameters" });
  return shown(checks);
}
