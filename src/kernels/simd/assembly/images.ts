import { copyBlock, pack } from "./blocks";
import { product } from "./product";
import { addRows } from "./sums";
import { addTransposed } from "./transposed-product";
import { rowAddress } from "./vectors";

/*
 * Convolution without a copy of every patch: the rows of a patch lie at equal distances in an image, so the patches are
 * the rows of a matrix that `product` can walk through, and an index list says where each begins. Images are
 * [height, width, channels]; where a window reaches over the border, the image is first copied into a larger one.
 *
 * Widths and strides ending in `Size` are in bytes; `work` is memory for the larger image.
 */

/** z = b + patches of x · W. W [windowRows, k, n], where k is a row of the window; z [outputs, n] for each image. */
export function convolve(
  batch: i32,
  x: usize,
  rows: usize,
  height: i32,
  rowSize: i32,
  work: usize,
  top: i32,
  leftSize: i32,
  workHeight: i32,
  workRowSize: i32,
  patches: usize,
  outputs: i32,
  windowRows: i32,
  k: i32,
  n: i32,
  weights: usize,
  weightsStride: usize,
  panel: usize,
  bias: usize,
  z: usize,
): void {
  if (work) memory.fill(work, 0, workHeight * workRowSize);
  for (let i = 0; i < batch; i++, z += 4 * outputs * n) {
    const image = inWork(
      rowAddress(x, height * rowSize, rows, i),
      height,
      rowSize,
      work,
      top,
      leftSize,
      workRowSize,
    );
    const gap = workRowSize - 4 * k;
    product(
      outputs,
      n,
      k,
      windowRows,
      gap,
      image,
      1,
      patches,
      weights,
      weightsStride,
      panel,
      bias,
      0,
      z,
      4 * n,
    );
  }
}

/** Bytes of dz that stay in the cache while the sums pass by. */
const CACHED: i32 = 16384;

/**
 * dW = Σ over images of (patches of x)ᵀ·dz, db = Σ rows of dz.
 *
 * While they are added up, the weights of each row of a window have `sums` with room for whole blocks: k rounded up to
 * a multiple of 4, n to a multiple of 8.
 */
export function convolutionWeightGradient(
  batch: i32,
  x: usize,
  rows: usize,
  height: i32,
  rowSize: i32,
  work: usize,
  top: i32,
  leftSize: i32,
  workHeight: i32,
  workRowSize: i32,
  patches: usize,
  outputs: i32,
  windowRows: i32,
  k: i32,
  n: i32,
  dz: usize,
  sums: usize,
  dWeights: usize,
  dBias: usize,
): void {
  if (work) memory.fill(work, 0, workHeight * workRowSize);
  const sumRows = (k + 3) & -4;
  const sumColumns = (n + 7) & -8;
  const sumsSize = 4 * sumRows * sumColumns;
  memory.fill(sums, 0, windowRows * sumsSize);
  memory.fill(dBias, 0, 4 * n);
  const most = max(64, CACHED / (4 * n));
  for (let i = 0; i < batch; i++) {
    const image = inWork(
      rowAddress(x, height * rowSize, rows, i),
      height,
      rowSize,
      work,
      top,
      leftSize,
      workRowSize,
    );
    for (let first = 0; first < outputs; first += most) {
      const count = min(most, outputs - first);
      for (let u = 0; u < windowRows; u++) {
        const from = image + u * workRowSize;
        const c = sums + u * sumsSize;
        const cStride = 4 * sumColumns;
        addTransposed(
          sumRows,
          sumColumns,
          count,
          from,
          patches + 4 * first,
          dz,
          4 * n,
          32,
          c,
          cStride,
          c,
          cStride,
        );
      }
      addRows(count, n, dz, dBias);
      dz += 4 * count * n;
    }
  }
  for (let u = 0; u < windowRows; u++, sums += sumsSize, dWeights += 4 * k * n) {
    copyBlock(k, n, sums, 4 * sumColumns, dWeights, 4 * n);
  }
}

/**
 * dx = patches of dz · Wʹ, where dz is spread out so that its numbers are as far apart as the windows of x were, and
 * Wʹ is W turned by half a circle: what weighed a pixel on the way to an output weighs the output on the way back.
 */
export function convolutionInputGradient(
  batch: i32,
  dz: usize,
  height: i32,
  width: i32,
  pixelSize: i32,
  work: usize,
  first: usize,
  columnStep: i32,
  rowStep: i32,
  workHeight: i32,
  workRowSize: i32,
  patches: usize,
  outputs: i32,
  windowRows: i32,
  k: i32,
  n: i32,
  turned: usize,
  zeros: usize,
  dx: usize,
): void {
  memory.fill(work, 0, workHeight * workRowSize);
  const all = windowRows * k;
  // A row whose numbers stay side by side is copied as a whole.
  const together = columnStep == pixelSize ? width : 1;
  const size = together * pixelSize;
  for (let i = 0; i < batch; i++, dx += 4 * outputs * n) {
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c += together, dz += size) {
        memory.copy(work + first + r * rowStep + c * columnStep, dz, size);
      }
    }
    const gap = workRowSize - 4 * k;
    product(
      outputs,
      n,
      k,
      windowRows,
      gap,
      work,
      1,
      patches,
      turned,
      32,
      32 * all,
      zeros,
      0,

      dx,
      4 * n,
    );
  }
}

/** Wʹ [windowRows, windowColumns, outputs, inputs] in panels, from W [windowRows, windowColumns, inputs, outputs]. */
export function turn(positions: i32, inputs: i32, outputs: i32, weights: usize, to: usize): void {
  const panel = 32 * positions * outputs;
  for (let i = positions - 1; i >= 0; i--, to += 32 * outputs) {
    pack(outputs, inputs, weights + 4 * i * inputs * outputs, 4, 4 * outputs, to, panel);
  }
}

/** Where each patch begins, in bytes from the start of the image. */
export function listPatches(rows: i32, columns: i32, rowStep: i32, columnStep: i32, to: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, to += 4) store<i32>(to, r * rowStep + c * columnStep);
  }
}

/** The image itself, or a copy of it inside of a larger one. */
function inWork(
  image: usize,
  height: i32,
  rowSize: i32,
  work: usize,
  top: i32,
  left: i32,
  workRowSize: i32,
): usize {
  if (!work) return image;
  let to = work + top * workRowSize + left;
  for (let r = 0; r < height; r++, image += rowSize, to += workRowSize) memory.copy(to, image, rowSize);
  return work;
}
