import { defineConfig } from "vitest/config";

// These start kernels, servers and browsers and look at how long things take: one file at a time, after the rest.
const MACHINE = ["torture", "kernel", "scripts", "notebooks", "browser"].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    allowOnly: process.env.CI !== "true",
    projects: [
      {
        test: {
          name: "library",
          include: ["test/**/*.test.ts"],
          exclude: MACHINE,
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "machine",
          include: MACHINE,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
