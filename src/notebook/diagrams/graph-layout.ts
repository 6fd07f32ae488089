/** A number in a computation: it is given, or computed from others. */
export interface GraphNode {
  readonly name: string;
  /** How it is computed, such as "x·w + b". Left out for what is given. */
  readonly formula?: string;
  /** The names of the nodes that it is computed from, which stand before it in the list. */
  readonly from?: readonly string[];
  readonly value?: number;
  /** How much the last node would grow if this one grew. */
  readonly gradient?: number;
}

/** Where a node stands: columns from left to right, rows from top to bottom, both counted from 0. */
export interface Place {
  readonly column: number;
  readonly row: number;
}

/**
 * A column for each step of the computation: what is computed stands right of all that it needs, and what is given
 * stands directly left of the first node that needs it.
 */
export function placeNodes(nodes: readonly GraphNode[]): Place[] {
  const columns = new Map<string, number>();
  const computed = ({ from = [] }: GraphNode) => from.length > 0;
  for (const node of nodes) {
    const needed = (node.from ?? []).map((name) => columns.get(name) ?? 0);
    columns.set(node.name, computed(node) ? 1 + Math.max(...needed) : 0);
  }
  for (const node of nodes.filter((each) => !computed(each))) {
    const users = nodes.filter(({ from = [] }) => from.includes(node.name));
    const first = Math.min(...users.map(({ name }) => columns.get(name) ?? 0));
    if (Number.isFinite(first)) columns.set(node.name, first - 1);
  }
  const taken = new Map<number, number>();
  return nodes.map(({ name }) => {
    const column = columns.get(name) ?? 0;
    const row = taken.get(column) ?? 0;
    taken.set(column, row + 1);
    return { column, row };
  });
}
