import { isNotNegative, Problems } from "./errors";
import { drawTransformed, type ImageShape, imageShape, type Transform } from "./images";
import { Random, type TrainingPass } from "./random";
import { type Shape, sizeOf, Tensor } from "./tensor";

/** How far each image is varied: every epoch anew, by numbers drawn evenly from these ranges. */
export interface AugmentationOptions {
  /** Left and right are exchanged in every second image. */
  flip?: boolean;
  /** Pixels up or down and to either side. */
  shift?: number;
  /** Degrees to either side. */
  rotation?: number;
  /** Share by which an image grows or shrinks: 0.05 is from 95 to 105 %. */
  scale?: number;
  /** Share by which all pixels grow or shrink: 0.2 multiplies them by 0.8 to 1.2. */
  brightness?: number;
  /** [height, width, channels], where samples are rows of pixels. Default: the shape of a sample. */
  shape?: Shape;
}

/** Draws the samples of a batch, varied, into memory of the same shape. */
export class Augmentation {
  private readonly shape: ImageShape;

  /** Throws a ShapeError for samples that are not images. */
  constructor(
    private readonly options: AugmentationOptions,
    sampleShape: Shape,
  ) {
    this.shape = imageShape("augmentation", sampleShape, options.shape);
  }

  /** x [batch, ...sampleShape], whose rows may be named by an index list, → target of the same shape. */
  draw(x: Tensor, target: Tensor, { seed, epoch, batch }: TrainingPass): void {
    const random = new Random(seed, "augmentation", epoch, batch);
    const { brightness = 0 } = this.options;
    for (let i = 0; i < x.shape[0]; i++) {
      const transform = this.choose(random);
      const light = 1 + random.uniform(-brightness, brightness);
      drawTransformed(x.data, x.rowStart(i), target.data, i * x.rowSize, this.shape, transform, light);
    }
  }

  /** Seen from the new image everything is the other way round: what is to grow, comes from a smaller part. */
  private choose(random: Random): Transform {
    const { flip = false, shift = 0, rotation = 0, scale = 0 } = this.options;
    const angle = (random.uniform(-rotation, rotation) * Math.PI) / 180;
    const size = 1 / (1 + random.uniform(-scale, scale));
    const mirror = random.uniform() < 0.5 && flip ? -1 : 1;
    const [sine, cosine] = [size * Math.sin(angle), size * Math.cos(angle)];
    return {
      ...{ yy: cosine, yx: sine * mirror, xy: -sine, xx: cosine * mirror },
      ...{ y: random.uniform(-shift, shift), x: random.uniform(-shift, shift) },
    };
  }
}

/**
 * Samples [count, ...sampleShape], each varied as an epoch of training would see it: what augmentation does, to look at.
 * Throws an OptionsError that lists every wrong option.
 */
export function augment(
  samples: Tensor,
  options: AugmentationOptions,
  { seed = 1 }: { seed?: number } = {},
): Tensor {
  const sampleShape = samples.shape.slice(1);
  const problems = new Problems();
  expectAugmentation(problems, options, sampleShape);
  problems.expect(Number.isSafeInteger(seed), "seed", "a whole number", seed);
  problems.throwIfAny("augment");
  const varied = Tensor.zeros(samples.shape);
  new Augmentation(options, sampleShape).draw(samples, varied, { seed, epoch: 0, batch: 0 });
  return varied;
}

/** Notes every problem with the options, and with samples that are no images. */
export function expectAugmentation(
  problems: Problems,
  options: AugmentationOptions,
  sampleShape: Shape | undefined,
): void {
  const ranges = ["shift", "rotation", "scale", "brightness"] as const;
  const name = (key: string) => `augmentation.${key}`;
  problems.expectKnownKeys(options, ["flip", ...ranges, "shape"], "augmentation.");
  const { flip = false, shape = sampleShape } = options ?? {};
  problems.expect(typeof flip === "boolean", name("flip"), "true or false", flip);
  for (const key of ranges) {
    const value = options?.[key] ?? 0;
    problems.expect(isNotNegative(value), name(key), "a finite number ≥ 0", value);
  }
  // A whole share would shrink an image to a point, or its light to nothing.
  for (const key of ["scale", "brightness"] as const) {
    const share = options?.[key] ?? 0;
    problems.expect(!(share >= 1), name(key), "a share below 1", share);
  }
  if (sampleShape === undefined) return;
  const isImage = Array.isArray(shape) && shape.length === 3 && sizeOf(shape) === sizeOf(sampleShape);
  const wanted = `[height, width, channels] of ${sizeOf(sampleShape)} numbers, such as [28, 28, 1]`;
  problems.expect(isImage, name("shape"), wanted, shape);
}
