import { createHash, type Hash } from "node:crypto";
import type { Hdf5Attribute, Hdf5Dataset, Hdf5Group } from "../data/hdf5";

/** A group of which only some parts are named. */
export const group = (parts: Partial<Hdf5Group>): Hdf5Group => ({
  attributes: {},
  groups: {},
  datasets: {},
  ...parts,
});

/** What a record from a file has under a name: never what every object has, such as "constructor". */
export const own = <Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** The text of an attribute, null where there is none. */
export function textOf({ attributes }: Hdf5Group, name: string): string | null {
  const value = own(attributes, name);
  return typeof value === "string" ? value : null;
}

/** The texts of an attribute, empty where there are none. */
export function textsOf({ attributes }: Hdf5Group, name: string): string[] {
  const value = own(attributes, name);
  return Array.isArray(value) ? value.map(String) : [];
}

/** The number of an attribute, null where there is none. */
export function numberOf({ attributes }: Hdf5Group, name: string): number | null {
  const value = own(attributes, name);
  return typeof value === "number" ? value : null;
}

/** The dataset at a path below a group, names separated by slashes. */
export function datasetAt(from: Hdf5Group, path: string): Hdf5Dataset | undefined {
  const names = path.split("/");
  let found: Hdf5Group | undefined = from;
  for (const name of names.slice(0, -1)) found = found && own(found.groups, name);
  return found && own(found.datasets, names[names.length - 1]);
}

/** SHA-256 of all names, attributes, shapes and numbers of a tree: another one for whatever is changed in it. */
export function digestOf(tree: Hdf5Group): string {
  const hash = createHash("sha256");
  add(hash, tree, "");
  return hash.digest("hex");
}

function add(hash: Hash, { attributes, datasets, groups }: Hdf5Group, path: string): void {
  for (const [name, value] of sorted(attributes))
    hash.update(`${JSON.stringify([path, name, exact(value)])}\n`);
  for (const [name, { data, shape }] of sorted(datasets)) {
    const numbers = ArrayBuffer.isView(data);
    hash.update(`${JSON.stringify([path, name, shape, numbers ? data.constructor.name : data])}\n`);
    if (numbers) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  for (const [name, child] of sorted(groups)) {
    hash.update(`${JSON.stringify([path, name])}\n`);
    add(hash, child, `${path}/${name}`);
  }
}

const sorted = <Value>(record: Readonly<Record<string, Value>>): [string, Value][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** JSON knows no NaN. */
const exact = (value: Hdf5Attribute): string[] | string =>
  Array.isArray(value) ? value.map(String) : String(value);
