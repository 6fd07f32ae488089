// Prepares and saves the same images again and again, in the same file. Prints a dot after each.
import { composeEmoji } from "../../../src/data/hotdog/emoji";
import { prepareImages } from "../../../src/data/hotdog/prepare";
import { saveImages } from "../../../src/data/hotdog/saved-images";

async function main() {
  for (let seed = 1; ; seed++) {
    const images = await prepareImages(composeEmoji({ count: 20, seed }), { size: 8, seed });
    await saveImages(process.argv[2], images);
    process.stdout.write(".");
  }
}

main().catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
