import { isCount, oneOf, Problems } from "../../errors";
import { Random } from "../../random";
import { drawSvg } from "../images";
import { type FoundImage, hotdogClasses, type ImageCollection, type Part } from "./collection";
import { type DrawingStyle, drawingStyles, HOTDOG, type IconSets, loadIcons } from "./icons";
import { drawScene, sceneSvg } from "./scene";

export interface EmojiOptions {
  /** Pictures to train and to test with. There are a fifth as many more in the style that is held out. Default 1,000. */
  count?: number;
  seed?: number;
  /** The drawing style that only the "unseen" pictures have. Default "emojione". */
  heldOut?: DrawingStyle;
}

const HOTDOG_SHARE = 0.4;

/** Of the pictures without a hot dog, as many show other food. */
const FOOD_SHARE = 0.45;

const UNSEEN_SHARE = 0.2;

/**
 * Pictures composed of the icons of four packages: an icon, turned, scaled and recoloured, on a background. 40 % of them
 * are hot dogs, a quarter is other food. The same options give the same pictures, in any size.
 *
 * Throws an OptionsError that lists every wrong option, and a DataError if a package is missing.
 */
export function composeEmoji(options: EmojiOptions = {}): ImageCollection {
  const { count = 1000, seed = 1, heldOut = "emojione" } = options;
  const problems = new Problems();
  const fine = isCount(count) && count >= 20 && count <= 100_000;
  problems.expect(fine, "count", "a whole number from 20 to 100000", count);
  problems.expect(Number.isSafeInteger(seed), "seed", "a whole number", seed);
  problems.expect(drawingStyles.includes(heldOut), "heldOut", oneOf(drawingStyles), heldOut);
  problems.throwIfAny("findImages");

  const icons = loadIcons();
  const seen = drawingStyles.filter((style) => style !== heldOut);
  return {
    source: "emoji",
    description: `pictures composed of icons, the style ${heldOut} held out`,
    classes: hotdogClasses,
    images: [
      ...composeSet(icons, seen, null, count, seed),
      ...composeSet(icons, [heldOut], "unseen", Math.round(UNSEEN_SHARE * count), seed),
    ],
    ignored: [],
    attributions: icons.attributions,
  };
}

/** Pictures in the given styles, each style having the same share of every class. */
function composeSet(
  icons: IconSets,
  styles: readonly DrawingStyle[],
  part: Part | null,
  count: number,
  seed: number,
): FoundImage[] {
  const purpose = part ?? "seen";
  const random = new Random(seed, "emoji icons", purpose);
  const hotdogs = Math.round(HOTDOG_SHARE * count);
  const food = Math.round(FOOD_SHARE * (count - hotdogs));
  const names = [
    ...Array.from({ length: hotdogs }, () => HOTDOG),
    ...inTurn(icons.food, food, random),
    ...inTurn(icons.things, count - hotdogs - food, random),
  ];
  return names.map((name, i) => {
    const style = styles[i % styles.length];
    return {
      name: `${style}/${name}-${String(i + 1).padStart(4, "0")}`,
      label: name === HOTDOG ? 1 : 0,
      part,
      path: null,
      read: async ({ width, height, channels, fit }) => {
        const scene = drawScene(new Random(seed, "emoji scene", purpose, i));
        const svg = sceneSvg(scene, icons.icon(style, name));
        return { ...(await drawSvg(svg, { width, height, channels, fit })), original: { width, height } };
      },
    };
  });
}

/** So many names, in an order by chance, none a second time before all others came up. */
function inTurn(names: readonly string[], count: number, random: Random): string[] {
  const drawn: string[] = [];
  while (drawn.length < count) {
    const order = random.shuffle(Uint32Array.from(names.keys()));
    drawn.push(...Array.from(order, (i) => names[i]));
  }
  return drawn.slice(0, count);
}
