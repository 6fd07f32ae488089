import { expect, test } from "vitest";
import { movingPictureHtml, pictureHtml } from "../../../src/notebook/pictures/picture";

test("a drawing is an image with its description, which a saved notebook keeps", () => {
  const svg = "<svg><text>ü</text></svg>";
  const html = pictureHtml(svg, { width: 300, height: 100 }, `a "b" <c>`);
  const [, encoded] = /<img [^>]*src="data:image\/svg\+xml;base64,([^"]+)"/.exec(html) ?? [];
  expect(Buffer.from(encoded, "base64").toString()).toBe(svg);
  expect(html).toContain('width="300" height="100"');
  expect(html).toContain('alt="a &#34;b&#34; &#60;c&#62;"');
});

test("on a dark page it is turned round", () => {
  const html = pictureHtml("<svg/>", { width: 1, height: 1 }, "");
  expect(html).toMatch(/data-jp-theme-light="false"\] \.drawing.*invert\(1\).*screen/);
});

test("one that moves is the same image, also where scripts are taken out", () => {
  const size = { width: 3, height: 2 };
  const html = movingPictureHtml("<svg/>", size, "words", "some-id");
  const still = html.replace(/<script>.*<\/script>/s, "");
  expect(still).toBe(`<div data-picture="some-id">${pictureHtml("<svg/>", size, "words")}</div>`);
});
