// @ts-nocheck
// The names of a page are not among this project's types.
import { escapeMarkup, probability } from "../format";
import { answerTo } from "./answer";
import { paint } from "./canvas";
import { padColors } from "./colors";
import { PEN, pictureOf } from "./ink";
import { padMarkup } from "./markup";
import { buildLayers } from "./model";
import { drawNetwork } from "./scene";
import { Sheet, within } from "./sheet";

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

  host.innerHTML = padMarkup(id, classes);
  const part = (name) => host.querySelector(`[data-part="${name}"]`);
  const [paper, network, verdict, status] = ["sheet", "network", "verdict", "status"].map(part);
  const cells = [...part("table").querySelectorAll("data")];
  // A network that needs more room than there is beside the sheet stands below it.
  network.parentElement.style.flexBasis = `${drawNetwork(blank, classes, 0, false).width}px`;

  const sheet = new Sheet(strokes);
  let columns = null;
  let colors;
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
    const note = sheet.isExample ? "an example: draw your own" : "";
    verdict.innerHTML =
      best < 0
        ? "Draw a digit, and see what the network reads."
        : `reads <b>${escapeMarkup(classes[best])}</b> <span class="nn-sure">${probability(outputs[best])}</span> <span>${note}</span>`;
    network.setAttribute("aria-label", best < 0 ? "The network, at rest" : describe(outputs));
    paintSheet();
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
    const drawing = drawNetwork(columns ?? blank, classes, width, columns !== null);
    network.style.cssText = `width:${drawing.width}px;height:${drawing.height}px`;
    const density = fit(network, drawing.width, drawing.height);
    const font = getComputedStyle(host).fontFamily;
    paint(network.getContext("2d"), drawing, colors, { density, font, makeImage });
  }

  function makeImage(bytes, width, height) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    canvas.getContext("2d").putImageData(new ImageData(bytes, width, height), 0, 0);
    return canvas;
  }

  function paintSheet() {
    const side = paper.clientWidth;
    if (side === 0) return;
    const density = fit(paper, side, side);
    const context = paper.getContext("2d");
    context.setTransform(side * density, 0, 0, side * density, 0, 0);
    context.clearRect(0, 0, 1, 1);
    context.strokeStyle = `rgb(${colors.ink.join()})`;
    context.globalAlpha = sheet.isExample ? 0.55 : 1;
    context.lineWidth = PEN;
    context.lineCap = context.lineJoin = "round";
    for (const stroke of sheet.strokes) {
      context.beginPath();
      context.moveTo(stroke[0], stroke[1]);
      for (let i = 0; i < stroke.length; i += 2) context.lineTo(stroke[i], stroke[i + 1]);
      context.stroke();
    }
    context.globalAlpha = 1;
    if (paper.matches(":focus-visible")) paintCursor(context);
  }

  /** A cross where the keyboard's pen is, with a ring while it is down. */
  function paintCursor(context) {
    const [x, y] = sheet.cursor;
    context.strokeStyle = sheet.isDrawing ? colors.negative : colors.quiet;
    context.lineWidth = 0.008;
    context.beginPath();
    context.moveTo(x - 0.04, y);
    context.lineTo(x + 0.04, y);
    context.moveTo(x, y - 0.04);
    context.lineTo(x, y + 0.04);
    if (sheet.isDrawing) {
      context.moveTo(x + 0.05, y);
      context.arc(x, y, 0.05, 0, 2 * Math.PI);
    }
    context.stroke();
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
  paper.addEventListener("focus", paintSheet);
  paper.addEventListener("blur", () => {
    end();
    paintSheet();
  });
  for (const name of ["undo", "clear"]) {
    part(name).addEventListener("click", () => {
      sheet[name]();
      announce();
    });
  }

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
  new MutationObserver(repaint).observe(document.body, {
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
