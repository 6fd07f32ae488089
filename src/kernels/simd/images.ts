import type { Shape } from "../../tensor";
import type { Kernels, Window } from "../kernels";
import { PANEL, WIDE } from "./panels";
import type { Places } from "./places";
import type { WasmExports } from "./web-assembly";

/** Slots of `Places` after those of the arguments. */
const [BORDERED, PATCHES, PACKED] = [5, 6, 7];

type ImageKernels =
  | "convolve"
  | "convolutionWeightGradient"
  | "convolutionInputGradient"
  | "maxPool"
  | "maxPoolGradient";

/** Convolution and pooling with the compiled kernels. */
export function imageKernels(wasm: WasmExports, places: Places): Pick<Kernels, ImageKernels> {
  /** Where each window begins in an image with rows of `width` pixels. */
  const listPatches = (
    outputs: Shape,
    strides: readonly [number, number],
    width: number,
    channels: number,
  ) => {
    const [, rows, columns] = outputs;
    const patches = places.scratch(PATCHES, rows * columns);
    wasm.listPatches(rows, columns, 4 * strides[0] * width * channels, 4 * strides[1] * channels, patches);
    return patches;
  };

  /** Room for an image with the border that the windows reach over, if there is one. */
  const border = (images: Shape, outputs: Shape, { size, strides, padding }: Window) => {
    const [, height, width, channels] = images;
    const rows = Math.max(padding[0] + height, (outputs[1] - 1) * strides[0] + size[0]);
    const columns = Math.max(padding[1] + width, (outputs[2] - 1) * strides[1] + size[1]);
    const none = rows === height && columns === width;
    return { rows, columns, work: none ? 0 : places.scratch(BORDERED, rows * columns * channels) };
  };

  return {
    convolve(x, weights, bias, window, z) {
      const [batch, height, width, channels] = x.shape;
      const [windowRows, windowColumns, , n] = weights.shape;
      const k = windowColumns * channels;
      const a = places.input(0, x);
      const list = places.rows(x);
      const w = places.input(1, weights);
      const b = places.input(2, bias);
      const c = places.output(3, z);
      const { rows, columns, work } = border(x.shape, z.shape, window);
      const patches = listPatches(z.shape, window.strides, columns, channels);
      const all = windowRows * k;
      const wide = n >= WIDE;
      const packed = wide ? places.scratch(PACKED, all * (n + 7)) : w;
      if (wide) wasm.pack(all, n, w, 4 * n, 4, packed, PANEL * all);
      wasm.convolve(
        ...[batch, a, list, height, 4 * width * channels],
        ...[work, window.padding[0], 4 * window.padding[1] * channels, rows, 4 * columns * channels],
        ...[patches, z.shape[1] * z.shape[2], windowRows, k, n],
        ...[packed, wide ? PANEL : 4 * n, wide ? PANEL * all : PANEL, b, c],
      );
      places.finish(3, z);
    },

    convolutionWeightGradient(x, dz, window, dWeights, dBias) {
      const [batch, height, width, channels] = x.shape;
      const [windowRows, windowColumns, , n] = dWeights.shape;
      const a = places.input(0, x);
      const list = places.rows(x);
      const d = places.input(1, dz);
      const c = places.output(2, dWeights);
      const b = places.output(3, dBias);
      const { rows, columns, work } = border(x.shape, dz.shape, window);
      const patches = listPatches(dz.shape, window.strides, columns, channels);
      const k = windowColumns * channels;
      const sums = places.scratch(PACKED, windowRows * (k + 3) * (n + 7));
      wasm.convolutionWeightGradient(
        ...[batch, a, list, height, 4 * width * channels],
        ...[work, window.padding[0], 4 * window.padding[1] * channels, rows, 4 * columns * channels],
        ...[patches, dz.shape[1] * dz.shape[2], windowRows, k, n],
        ...[d, sums, c, b],
      );
      places.finish(2, dWeights);
      places.finish(3, dBias);
    },

    convolutionInputGradient(dz, weights, { size, strides, padding }, dx) {
      const [batch, height, width, n] = dx.shape;
      const [, dzRows, dzColumns, channels] = dz.shape;
      const d = places.input(0, dz);
      const w = places.input(1, weights);
      const c = places.output(2, dx);
      const rows = Math.max(height + size[0] - 1, (dzRows - 1) * strides[0] + size[0] - padding[0]);
      const columns = Math.max(width + size[1] - 1, (dzColumns - 1) * strides[1] + size[1] - padding[1]);
      const work = places.scratch(BORDERED, rows * columns * channels);
      const patches = listPatches(dx.shape, [1, 1], columns, channels);
      const turned = places.scratch(PACKED, size[0] * size[1] * channels * (n + 7));
      wasm.turn(size[0] * size[1], n, channels, w, turned);
      const first = (size[0] - 1 - padding[0]) * columns + size[1] - 1 - padding[1];
      wasm.convolutionInputGradient(
        ...[batch, d, dzRows, dzColumns, 4 * channels],
        ...[work, 4 * channels * first, 4 * channels * strides[1], 4 * channels * columns * strides[0]],
        ...[rows, 4 * columns * channels, patches, height * width],
        ...[size[0], size[1] * channels, n, turned, places.zeros(n), c],
      );
      places.finish(2, dx);
    },

    maxPool(x, { size, strides, padding }, y) {
      const a = places.input(0, x);
      const list = places.rows(x);
      const to = places.output(1, y);
      const [batch, height, width, channels] = x.shape;
      wasm.maxPool(
        ...[batch, a, list, height, width, channels, ...size, ...strides, ...padding],
        ...[to, y.shape[1], y.shape[2]],
      );
      places.finish(1, y);
    },

    maxPoolGradient(x, y, dy, { size, strides, padding }, dx) {
      const a = places.input(0, x);
      const list = places.rows(x);
      const largest = places.input(1, y);
      const d = places.input(2, dy);
      const to = places.output(3, dx);
      const [batch, height, width, channels] = x.shape;
      wasm.maxPoolGradient(
        ...[batch, a, list, height, width, channels, ...size, ...strides, ...padding],
        ...[largest, d, y.shape[1], y.shape[2], to],
      );
      places.finish(3, dx);
    },
  };
}
