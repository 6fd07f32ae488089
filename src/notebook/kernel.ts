/** What a page shows in one place, by MIME type: it takes the richest that it can show, so text/plain should always be there. */
export type Bundle = Readonly<Record<string, string>>;

/** What this project's tslab (see patches/) offers to code that runs in a notebook. */
export interface Kernel {
  /** While it holds functions, an interrupt calls them and leaves the running cell alone. */
  readonly interruptHandlers: Set<() => void>;
  /** Sends display_data, or update_display_data; null before the first cell. */
  readonly writeDisplayData:
    | ((
        message: { data: Bundle; metadata: object; transient: { display_id: string } },
        update: boolean,
      ) => void)
    | null;
  /** What the running cell has shown already: it is not printed when the cell ends with it. */
  readonly shown?: Set<unknown>;
}

/** The kernel that this code runs in, or undefined outside of a notebook. */
export const kernel = (): Kernel | undefined =>
  (globalThis as { [key: symbol]: Kernel | undefined })[Symbol.for("tslab.kernel")];
