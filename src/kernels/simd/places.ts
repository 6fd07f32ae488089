import { ShapeError } from "../../errors";
import type { Tensor } from "../../tensor";
import type { KernelMemory } from "./memory";

const ELSEWHERE = -1;

/**
 * Where the kernels find tensors. Those in the kernels' memory stay where they are. Any other is copied there for the
 * length of one call, every time, so that numbers changed in between are seen. There is a slot for each argument,
 * which keeps the memory of the largest tensor it was given.
 */
export class Places {
  private readonly known = new WeakMap<Tensor, number>();
  private readonly slots: Float32Array[] = [];
  private readonly copied: boolean[] = [];
  private list: Uint32Array = new Uint32Array(0);
  private nothing: Float32Array = new Float32Array(0);

  constructor(private readonly memory: KernelMemory) {}

  /** The address of a tensor that is read. */
  input(slot: number, tensor: Tensor): number {
    const address = this.find(tensor);
    this.copied[slot] = address === ELSEWHERE;
    return address === ELSEWHERE ? this.copyIn(slot, tensor) : address;
  }

  /** The address of a tensor that is written. `finish` must follow. */
  output(slot: number, tensor: Tensor): number {
    const address = this.find(tensor);
    this.copied[slot] = address === ELSEWHERE;
    return address === ELSEWHERE ? this.scratch(slot, tensor.size) : address;
  }

  /** Copies what was written back into a tensor that is elsewhere. */
  finish(slot: number, tensor: Tensor): void {
    if (this.copied[slot]) tensor.data.set(this.slots[slot].subarray(0, tensor.size));
  }

  /** The address of the tensor's index list, 0 if its rows are in order. Throws a ShapeError for a row that is not there. */
  rows(tensor: Tensor): number {
    const { rows } = tensor;
    if (rows === null || this.find(tensor) === ELSEWHERE) return 0;
    if (rows.length > this.list.length) {
      const { buffer, byteOffset } = this.memory.zeros(2 * rows.length);
      this.list = new Uint32Array(buffer, byteOffset, 2 * rows.length);
    }
    const count = tensor.data.length / tensor.rowSize;
    for (let i = 0; i < rows.length; i++) {
      if (rows[i] >= count) {
        throw new ShapeError(
          `Tensor: expected rows from 0 to ${count - 1}, received ${rows[i]} in its index list.`,
        );
      }
      this.list[i] = rows[i];
    }
    return this.list.byteOffset;
  }

  /** The address of memory for `length` numbers, whatever they are. */
  scratch(slot: number, length: number): number {
    const known = this.slots[slot];
    if (known !== undefined && known.length >= length) return known.byteOffset;
    const grown = this.memory.zeros(Math.max(length, 2 * (known?.length ?? 0)));
    this.slots[slot] = grown;
    return grown.byteOffset;
  }

  /** The address of at least `length` zeros. */
  zeros(length: number): number {
    if (this.nothing.length < length) this.nothing = this.memory.zeros(2 * length);
    return this.nothing.byteOffset;
  }

  private find(tensor: Tensor): number {
    const known = this.known.get(tensor);
    if (known !== undefined) return known;
    const { data } = tensor;
    const address = data instanceof Float32Array && this.memory.holds(data) ? data.byteOffset : ELSEWHERE;
    this.known.set(tensor, address);
    return address;
  }

  private copyIn(slot: number, tensor: Tensor): number {
    const { data, rows, rowSize } = tensor;
    const address = this.scratch(slot, tensor.size);
    const copy = this.slots[slot];
    if (rows === null) {
      copy.set(data);
    } else {
      for (let i = 0; i < rows.length; i++) {
        const start = tensor.rowStart(i);
        copy.set(data.subarray(start, start + rowSize), i * rowSize);
      }
    }
    return address;
  }
}
