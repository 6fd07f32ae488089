// Saves the same file again and again: `size` equal bytes, other ones every time. Prints a dot after each.
import { writeFileAtomically } from "../../../src/data/write-file";

const [path, size, times] = process.argv.slice(2);

async function main() {
  for (let i = 1; i <= Number(times); i++) {
    await writeFileAtomically(path, new Uint8Array(Number(size)).fill(i));
    process.stdout.write(".");
  }
}

main().catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
