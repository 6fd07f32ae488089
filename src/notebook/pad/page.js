// @ts-nocheck
// The names of a page are not among this project's types.
import { escapeMarkup, probability } from "../format";
import { answerTo } from "./answer";
import { paint } from "./canvas";
import { padColors } from "./colors";
import { describeFocus, itemAt, moveFocus } from "./focus";
import { pictureOf } from "./ink";
import { padMarkup } from "./markup";
import { buildLayers } from "./model";
import { drawNetwork } from "./scene";
import { Sheet, within } from "./sheet";
import { paintSheet } from "./sheet-canvas";

/**
 * Runs in the page, not in the kernel: drawing-pad.ts copies it, with all that it imports, into every pad. It puts the
 * pad where its still picture stands.
 */
export function start(script, { id, model, classes, deskew, strokes }) {
  // Some pages run a script elsewhere than where it stands, and one notebook may be open in two views.
  const hosts = [...document.querySelectorAll(`[data-pad="${id}"]`)];
  const host = hosts.find((each) => each.contains(script)) ?? hosts.at(-1);
  if (host === undefined) return;
  const layers = buildLayers(model);
  const blank = answerTo(new Float32Array(784), model.inputShape, layers);

  host.innerHTML = padMarkup(id, classes, blank[1].weights !== null);
  const part = (name) => host.querySelector(`[data-part="${name}"]`);
  const [paper, network, verdict, status] = ["sheet", "network", "verdict", "status"].map(part);
  const cells = [...part("table").querySelectorAll("data")];
  // A network that needs more room than there is beside the sheet stands below it.
  network.parentElement.style.flexBasis = `${drawNetwork(blank, classes, { width: 0, lit: false }).width}px`;

  const sheet = new Sheet(strokes);
  let columns = null;
  let colors;
  /** What of the network somebody looks at, and where its parts stand. */
  let focus = null;
  let layout;
  let milliseconds = 0;
  let waiting = false;

  // What the network makes of it.

  function update() {
    waiting = false;
    const before = performance.now();
    const picture = pictureOf(sheet.plane, { deskew });
    columns = picture === null ? null : answerTo(picture, model.inputShape, layers);
    show();
    milliseconds = performance.now() - before;
  }

  /** At most one answer for each frame of the page, however many points the pen sends. */
  function schedule() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(update);
  }

  function show() {
    const outputs = columns?.at(-1).values;
    const best = outputs === undefined ? -1 : outputs.indexOf(Math.max(...outputs));
    cells.forEach((cell, i) => {
      cell.value = outputs === undefined ? "" : String(outputs[i]);
      cell.textContent = outputs === undefined ? "" : probability(outputs[i]);
    });
    const looked = focus === null ? "" : describeFocus(columns ?? blank, classes, focus);
    const note = looked || (sheet.isExample ? "an example: draw your own" : "");
    verdict.innerHTML =
      best < 0
        ? "Draw a digit, and see what the network reads."
        : `reads <b>${escapeMarkup(classes[best])}</b> <span class="nn-sure">${probability(outputs[best])}</span> <span>${escapeMarkup(note)}</span>`;
    network.setAttribute("aria-label", best < 0 ? "The network, at rest" : describe(outputs));
    showSheet();
    paintNetwork();
  }

  /** The three likeliest classes in words. */
  function describe(outputs) {
    const order = [...outputs.keys()].sort((a, b) => outputs[b] - outputs[a]).slice(0, 3);
    const said = order.map((i) => `${classes[i]} ${probability(outputs[i])}`);
    return `The network reads ${said.join(", then ")}.`;
  }

  /** For screen readers, when a stroke is done and not at each of its points. */
  function announce() {
    update();
    status.textContent = columns === null ? "The pad is empty." : describe(columns.at(-1).values);
  }

  // Painting.

  /** Fits a canvas to its place in the page; returns how many of its pixels make one of the page's. */
  function fit(canvas, width, height) {
    const density = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
    return density;
  }

  function paintNetwork() {
    const width = network.parentElement.clientWidth;
    if (width === 0) return;
    const drawing = drawNetwork(columns ?? blank, classes, { width, lit: columns !== null, focus });
    layout = drawing.layout;
    network.style.cssText = `width:${drawing.width}px;height:${drawing.height}px`;
    const density = fit(network, drawing.width, drawing.height);
    const font = getComputedStyle(host).fontFamily;
    imageCount = 0;
    paint(network.getContext("2d"), drawing, colors, { density, font, makeImage });
  }

  /** Small canvases, one for each image of the drawing, which are the same ones in every frame. */
  const images = [];
  let imageCount = 0;

  function makeImage(bytes, width, height) {
    images[imageCount] ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const context = images[imageCount++];
    if (context.canvas.width !== width) context.canvas.width = width;
    if (context.canvas.height !== height) context.canvas.height = height;
    context.putImageData(new ImageData(bytes, width, height), 0, 0);
    return context.canvas;
  }

  function showSheet() {
    const side = paper.clientWidth;
    if (side === 0) return;
    const density = fit(paper, side, side);
    const withCursor = paper.matches(":focus-visible");
    paintSheet(paper.getContext("2d"), sheet, colors, { side: side * density, withCursor });
  }

  // Drawing.

  /** The pen, finger or mouse that draws; a second finger draws nothing. */
  let pointer = null;

  function pointOf({ clientX, clientY }) {
    const { left, top, width, height } = paper.getBoundingClientRect();
    return [within((clientX - left) / width), within((clientY - top) / height)];
  }

  function end() {
    pointer = null;
    if (!sheet.isDrawing) return;
    sheet.end();
    announce();
  }

  paper.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || pointer !== null) return;
    event.preventDefault();
    paper.focus({ preventScroll: true, focusVisible: false });
    paper.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    sheet.begin(pointOf(event));
    schedule();
  });
  paper.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) sheet.extend(pointOf(each));
    schedule();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    paper.addEventListener(name, (event) => {
      if (event.pointerId === pointer) end();
    });
  }
  paper.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!sheet.press(event.key, event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
    if (sheet.isDrawing) schedule();
    else announce();
  });
  paper.addEventListener("focus", showSheet);
  paper.addEventListener("blur", () => {
    end();
    showSheet();
  });
  for (const name of ["undo", "clear"]) {
    part(name).addEventListener("click", () => {
      sheet[name]();
      announce();
    });
  }

  // Looking at a neuron.

  function look(next) {
    if (next?.column === focus?.column && next?.item === focus?.item) return;
    focus = next;
    show();
  }

  network.addEventListener("pointermove", ({ offsetX, offsetY }) => look(itemAt(layout, [offsetX, offsetY])));
  for (const name of ["pointerleave", "blur"]) network.addEventListener(name, () => look(null));
  network.addEventListener("keydown", (event) => {
    const next = moveFocus(layout, focus, event.key);
    if (next === null && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    look(next);
    status.textContent = next === null ? "" : describeFocus(columns ?? blank, classes, next);
  });

  // The page around.

  function chooseColors() {
    // Of the page, not of the pad, which gives itself a colour.
    const [red, green, blue] = getComputedStyle(host.parentElement)
      .color.match(/[\d.]+/g)
      .map(Number);
    colors = padColors(red + green + blue > 384 ? "dark" : "light");
    for (const role of ["text", "quiet", "line", "positive"])
      host.style.setProperty(`--nn-${role}`, colors[role]);
    host.style.setProperty("--nn-paper", `rgb(${colors.paper.join()})`);
  }

  const repaint = () => {
    if (!host.isConnected) return;
    chooseColors();
    show();
  };
  const repaintSoon = () => {
    // A theme has its name before its style sheet is there and the other's is gone.
    for (const milliseconds of [0, 100, 1000, 3000]) setTimeout(repaint, milliseconds);
  };
  new MutationObserver(repaintSoon).observe(document.body, {
    attributeFilter: ["class", "data-jp-theme-name", "data-vscode-theme-id"],
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  new ResizeObserver(repaint).observe(host);

  /** What the pad shows, for scripts and tests; `read` answers to 784 pixels that nobody drew. */
  host.drawingPad = {
    picture: () => columns?.[0].values ?? null,
    answer: () => columns?.at(-1).values ?? null,
    /** How long the last answer took, painting included. */
    milliseconds: () => milliseconds,
    read: (pixels) => answerTo(Float32Array.from(pixels), model.inputShape, layers).at(-1).values,
  };

  chooseColors();
  update();
}
