import { pack, product, sumRows, transposedProduct } from "./product";
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
      4,
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

/** dW = Σ over images of (patches of x)ᵀ·dz, db = Σ rows of dz. `zeros` are at least n. */
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
  zeros: usize,
  dWeights: usize,
  dBias: usize,
): void {
  if (work) memory.fill(work, 0, workHeight * workRowSize);
  sumRows(batch * outputs, n, dz, dBias);
  for (let i = 0; i < batch; i++, dz += 4 * outputs * n) {
    const image = inWork(
      rowAddress(x, height * rowSize, rows, i),
      height,
      rowSize,
      work,
      top,
      leftSize,
      workRowSize,
    );
    for (let u = 0; u < windowRows; u++) {
      const to = dWeights + 4 * u * k * n;
      const from = image + u * workRowSize;
      transposedProduct(
        k,
        n,
        outputs,
        from,
        4,
        patches,
        dz,
        4 * n,
        32,
        i ? to : zeros,
        i ? 4 * n : 0,
        to,
        4 * n,
      );
    }
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
  for (let i = 0; i < batch; i++, dx += 4 * outputs * n) {
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c++, dz += pixelSize) {
        memory.copy(work + first + r * rowStep + c * columnStep, dz, pixelSize);
      }
    }
    const gap = workRowSize - 4 * k;
    product(outputs, n, k, windowRows, gap, work, 4, patches, turned, 32, 32 * all, zeros, 0, dx, 4 * n);
  }
}

/** Wʹ [windowRows, windowColumns, outputs, inputs] in panels, from W [windowRows, windowColumns, inputs, outputs]. */
export function turn(positions: i32, inputs: i32, outputs: i32, weights: usize, to: usize): void {
  const panel = 32 * positions * outputs;
  for (let i = positions - 1; i >= 0; i--, to += 32 * outputs) {
    pack(outputs, inputs, weights + 4 * i * inputs * outputs, 4, 4 * outputs, to, panel);
  }
}

/** Where each patch begins, in numbers from the start of the image. */
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
