// Imported by the first cell of every notebook: says that the kernel is ready, or what to do when it cannot import ../src.
// It has to stand in this folder, and alone in its cell, because that kernel refuses any cell that it cannot compile.
if (!(Symbol.for("tslab.kernel") in globalThis)) {
  const message = `This notebook runs on a kernel without this project's patch, which cannot import "../src".
In a terminal, in the project's folder, run

    npx patch-package

then restart the kernel (Kernel → Restart Kernel…) and run the cells again.`;
  // Printed as it is: a stack would bury it.
  throw Object.assign(new Error(message), { [Symbol.for("nodejs.util.inspect.custom")]: () => message });
}
console.log("Kernel ready.");

export {};
