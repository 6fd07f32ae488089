/** Small projects in temporary folders, for kernels to run in. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const packages = join(repository, "node_modules");

export class Project {
  // The name is like those that people have: with a space and a letter outside of ASCII.
  readonly folder = mkdtempSync(join(tmpdir(), "a projéct "));
  readonly notebooks = join(this.folder, "notebooks");

  constructor(files: Record<string, string> = {}) {
    mkdirSync(this.notebooks);
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** As editors save that never leave half a file: another file takes the name. */
  replace(path: string, text: string): void {
    this.write(`${path}~`, text);
    renameSync(join(this.folder, `${path}~`), join(this.folder, path));
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  /** Gives the project the repository's packages. */
  linkPackages(): this {
    symlinkSync(packages, join(this.folder, "node_modules"), "junction");
    return this;
  }

  /** Gives the project the repository's packages, but tslab as it is published, and returns the script that starts it. */
  linkPackagesWithoutPatch(): string {
    const own = join(this.folder, "node_modules");
    mkdirSync(own);
    for (const name of readdirSync(packages)) {
      if (name !== "tslab") symlinkSync(join(packages, name), join(own, name), "junction");
    }
    cpSync(join(packages, "tslab"), join(own, "tslab"), { recursive: true });
    cpSync(join(repository, "patches"), join(this.folder, "patches"), { recursive: true });
    this.write(
      "package.json",
      JSON.stringify({ name: "unpatched", version: "1.0.0", dependencies: { tslab: "*" } }),
    );
    const undo = spawnSync(process.execPath, [join(packages, "patch-package", "index.js"), "--reverse"], {
      cwd: this.folder,
      encoding: "utf8",
    });
    if (undo.status !== 0) throw new Error(`patch-package --reverse failed:\n${undo.stdout}${undo.stderr}`);
    return join(own, "tslab", "bin", "tslab");
  }

  delete(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
