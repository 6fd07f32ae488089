import { expect, test } from "vitest";
import { finishPage, indexPage, introduction } from "../../scripts/lib/site-pages.mjs";

test("links to notebooks of the site lead to their pages, with their anchors", () => {
  const html = '<a href="train.ipynb#3-Loss" target="_blank">train</a> <a href="./running.ipynb">running</a>';
  expect(finishPage(html, ["train", "running"])).toBe(
    '<a href="train.html#3-Loss" target="_blank">train</a> <a href="running.html">running</a>',
  );
});

test("links to what the site has not become text; others are left alone", () => {
  const html = [
    '<a href="../src/nn/layers.ts">src/nn/layers.ts, <b>lines</b></a>',
    '<a href="app.ipynb">app</a>',
    '<a href="https://nodejs.org">Node</a><a href="#top">¶</a><a href="index.html">All</a>',
  ];
  expect(finishPage(html.join("\n"), ["train"]).split("\n")).toEqual([
    "src/nn/layers.ts, <b>lines</b>",
    "app",
    html[2],
  ]);
});

test("a notebook introduces itself by its heading and the paragraph below", () => {
  const cells = [
    { cell_type: "code", source: "# no heading" },
    {
      cell_type: "markdown",
      source: [
        "# Digits & *more*\n",
        "\n",
        "A **small** network\n",
        "of [this](x.ipynb) `a_kind`.\n",
        "\n",
        "More.",
      ],
    },
  ];
  expect(introduction(cells)).toEqual({ title: "Digits & *more*", about: "A small network of this a_kind." });
  expect(introduction([])).toEqual({ title: "", about: "" });
});

test("the index lists the pages in their order, in any characters", () => {
  const page = indexPage([
    { name: "b", title: "First & <best>", about: "About it." },
    { name: "a", title: "", about: "" },
  ]);
  expect(
    [...page.matchAll(/<li><a href="([^"]+)">([^<]*)</g)].map(([, href, title]) => [href, title]),
  ).toEqual([
    ["b.html", "First &#38; &#60;best&#62;"],
    ["a.html", "a"],
  ]);
});
