/* The part of WebAssembly that the kernels use. The libraries that TypeScript 5.0 knows here do not declare it. */

export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

export type WasmExports = Readonly<Record<string, (...numbers: number[]) => number>>;

interface Api {
  validate(bytes: Uint8Array): boolean;
  Memory: new (size: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
    imports: { env: { memory: WasmMemory } },
  ) => { readonly exports: WasmExports };
}

export const webAssembly: Api = Reflect.get(globalThis, "WebAssembly");
