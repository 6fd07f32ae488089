import type { Kernels } from "./kernels";
import { plain } from "./plain";

/** The kernels that networks compute with unless they are given others. */
export const kernels: Kernels = plain;
