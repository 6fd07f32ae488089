import { randomUUID } from "node:crypto";
import type { Dataset } from "../../dataset";
import { Problems } from "../../errors";
import type { Network } from "../../nn/network";
import type { Callback, Progress } from "../../training/progress";
import { figureHtml } from "../charts/figure";
import { type Display, inNotebook, newDisplay, shown } from "../display";
import { share } from "../format";
import { labelsOf } from "../pictures/confusion";
import { movingPictureHtml } from "../pictures/picture";
import { BOUNDARY_SIZE, boundaryFigure, boundaryPicture } from "./boundary-picture";
import { answersOn, type PlaneAnswers, planeAround, unitsOn } from "./plane";
import { unitMaps } from "./unit-maps";

/** Milliseconds between two updates. */
const UPDATE_EVERY = 400;

/** How many cells each side of the plane is divided into, as a whole and for a single unit. */
const CELLS = 50;
const CELLS_OF_UNIT = 24;

export interface BoundaryOptions {
  /** Whether each hidden unit gets a small map of its own as well. Default false. */
  units?: boolean;
}

/**
 * Shows what a network says about every place of the plane, the samples above it, and returns the answers.
 *
 * `data` are samples [count, 2] that belong to classes. Throws a ShapeError for samples of another shape, a DataError for
 * data without classes, and an OptionsError for data that do not fit the network.
 */
export function decisionBoundary(
  network: Network,
  data: Dataset,
  options: BoundaryOptions = {},
): PlaneAnswers {
  const { units } = checkBoundary("decisionBoundary", options);
  const plane = planeAround("decisionBoundary", data, CELLS);
  labelsOf("decisionBoundary", network, data);
  const answers = answersOn(network, plane);
  if (inNotebook()) new BoundaryView(data, units).show(network, answers);
  else console.log(describe(network, data));
  return shown(answers);
}

/**
 * The decision boundary, redrawn in place while a network learns: `callbacks: [liveBoundary(data)]`, or with
 * `{ units: true }` neuron by neuron as well. Does nothing outside of a notebook. Throws as `decisionBoundary` does, what
 * does not fit the network when training starts.
 */
export function liveBoundary(data: Dataset, options: BoundaryOptions = {}): Callback {
  const { units } = checkBoundary("liveBoundary", options);
  const plane = planeAround("liveBoundary", data, CELLS);
  if (!inNotebook()) return {};
  let view: BoundaryView;
  let updated: number;
  const show = ({ network }: Progress) => {
    // A network that is about to be told to have diverged has no answers.
    if (network.parameters.every(({ value }) => value.data.every(Number.isFinite)))
      view.show(network, answersOn(network, plane));
    updated = performance.now();
  };
  const showIfDue = (progress: Progress) => {
    if (performance.now() - updated >= UPDATE_EVERY) show(progress);
  };
  return {
    onStart(progress) {
      labelsOf("liveBoundary", progress.network, data);
      view = new BoundaryView(data, units);
      show(progress);
    },
    onProgress: showIfDue,
    onEpoch: showIfDue,
    onEnd: show,
  };
}

function checkBoundary(where: string, options: BoundaryOptions): { units: boolean } {
  const problems = new Problems();
  problems.expectKnownKeys(options, ["units"]);
  const { units = false } = options ?? {};
  problems.expect(typeof units === "boolean", "units", "true or false", units);
  problems.throwIfAny(where);
  return { units };
}

/** One place for the plane and one for the units. */
class BoundaryView {
  private readonly plane = newDisplay();
  private readonly maps: Display | null;
  private readonly id = randomUUID();

  constructor(
    private readonly data: Dataset,
    units: boolean,
  ) {
    this.maps = units ? newDisplay() : null;
  }

  show(network: Network, answers: PlaneAnswers): void {
    const description = describe(network, this.data);
    const picture = { ...BOUNDARY_SIZE, svg: boundaryPicture(answers, this.data, description), description };
    const html = figureHtml(boundaryFigure(answers, this.data), picture, this.id);
    this.plane.update({ "text/html": html, "text/plain": description });
    if (this.maps === null) return;
    const small = planeAround("decisionBoundary", this.data, CELLS_OF_UNIT);
    const layers = unitsOn(network, small);
    if (layers.length === 0) return;
    const maps = unitMaps(layers, small);
    this.maps.update({
      "text/html": movingPictureHtml(maps.svg, maps, maps.description, `${this.id}-units`),
      "text/plain": maps.description,
    });
  }
}

function describe(network: Network, data: Dataset): string {
  const labels = data.labels ?? [];
  const right = network.predictClasses(data.samples).filter((predicted, i) => predicted === labels[i]).length;
  return (
    `The plane, divided among the classes ${data.classes.join(", ")}: ` +
    `${share(right / data.length)} of ${data.length} samples are on the side of their class.`
  );
}
