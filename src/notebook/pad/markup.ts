import { escapeMarkup } from "../format";

/** The elements of the pad, found by their `data-part`; `seesPixels` says whether neurons look at the picture itself. The table is for who cannot see the bars. */
export function padMarkup(id: string, classes: readonly string[], seesPixels: boolean): string {
  const rows = classes.map(
    (name) => `<tr><th scope="row">${escapeMarkup(name)}</th><td><data value=""></data></td></tr>`,
  );
  return `<style>${style}</style>
<div class="nn-pad">
  <p class="nn-verdict" data-part="verdict" aria-hidden="true"></p>
  <div class="nn-sheet">
    <canvas data-part="sheet" tabindex="0" role="application" aria-roledescription="drawing pad"
      aria-label="Draw here" aria-describedby="keys-${id}" data-lm-suppress-shortcuts="true"></canvas>
    <div class="nn-tools">
      <button type="button" data-part="undo">Undo</button>
      <button type="button" data-part="clear">Clear</button>
    </div>
    <p class="nn-keys" id="keys-${id}">With the keyboard: <kbd>←</kbd><kbd>↑</kbd><kbd>→</kbd><kbd>↓</kbd> move,
      <kbd>Space</kbd> puts the pen down and lifts it, <kbd>Backspace</kbd> undoes, <kbd>Delete</kbd> clears.</p>
  </div>
  <div class="nn-stage">
    <canvas data-part="network" tabindex="0" role="application" aria-roledescription="network"
      aria-label="The network" aria-describedby="look-${id}" data-lm-suppress-shortcuts="true"></canvas>
    <p class="nn-keys" id="look-${id}">Point at a neuron, or go to one with the arrow keys, to see its
      connections${seesPixels ? " and, in the first layer, what it looks for" : ""}.</p>
    <p class="nn-hidden" data-part="status" role="status"></p>
    <table class="nn-hidden" data-part="table"><caption>What the network answers</caption><tbody>${rows.join("")}</tbody></table>
  </div>
</div>`;
}

const style = `
.nn-pad { display: flex; flex-wrap: wrap; gap: 12px 32px; align-items: flex-start; padding: 4px 2px; color: var(--nn-text);
  --nn-sheet: 240px; max-width: 1080px; }
.nn-pad p { margin: 0; }
.nn-sheet { flex: 0 0 var(--nn-sheet); padding-top: 4px; }
.nn-sheet canvas { display: block; width: var(--nn-sheet); height: var(--nn-sheet); box-sizing: border-box; cursor: crosshair;
  touch-action: none; border: 1px solid var(--nn-line); border-radius: 8px; background: var(--nn-paper); }
.nn-pad canvas:focus-visible, .nn-tools button:focus-visible { outline: 2px solid var(--nn-positive); outline-offset: 2px; }
.nn-tools { display: flex; gap: 8px; margin: 10px 0 8px; }
.nn-tools button { flex: 1; padding: 5px 0; font: inherit; font-size: 13px; color: inherit; cursor: pointer;
  background: transparent; border: 1px solid var(--nn-line); border-radius: 6px; }
.nn-tools button:hover { border-color: var(--nn-positive); }
.nn-sheet .nn-keys { max-width: var(--nn-sheet); }
.nn-pad .nn-keys { font-size: 11px; line-height: 1.6; color: var(--nn-quiet); }
.nn-keys kbd { padding: 0 3px; margin: 0 1px; font: inherit; border: 1px solid var(--nn-line); border-radius: 3px;
  color: inherit; background: transparent; box-shadow: none; }
.nn-stage { flex: 1 1 0; min-width: 0; overflow-x: auto; position: relative; }
.nn-stage canvas { display: block; border-radius: 4px; }
.nn-pad .nn-stage canvas { outline-offset: -2px; }
.nn-stage .nn-keys { margin-top: 6px; }
.nn-pad .nn-verdict { flex: 0 0 100%; display: flex; align-items: baseline; gap: 10px; height: 46px; white-space: nowrap; overflow: hidden; font-size: 15px; color: var(--nn-quiet); }
.nn-verdict b { font-size: 38px; line-height: 44px; font-weight: 700; color: var(--nn-text); }
.nn-verdict .nn-sure { color: var(--nn-positive); font-weight: 600; }
@media (pointer: coarse) { .nn-sheet .nn-keys { display: none; } }
.nn-pad .nn-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
