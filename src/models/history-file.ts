import type { Hdf5Group } from "../data/hdf5";
import { type EpochRecord, epochColumns } from "../training/history";
import { group, own } from "./trees";

/** The records of all epochs as columns, exactly: a dataset for each, as `h5py` or a table program would read them. */
export const historyGroup = (epochs: readonly EpochRecord[]): Hdf5Group =>
  group({
    datasets: Object.fromEntries(
      epochColumns.map((column) => [
        column,
        { data: Float64Array.from(epochs, (record) => record[column]), shape: [epochs.length] },
      ]),
    ),
  });

/** The records that `historyGroup` gave, null for anything else. */
export function readHistory({ datasets }: Hdf5Group): EpochRecord[] | null {
  const found = epochColumns.map((column) => own(datasets, column)?.data);
  const count = found[0]?.length ?? 0;
  if (!found.every((data) => data instanceof Float64Array && data.length === count)) return null;
  return Array.from({ length: count }, (_, i) => {
    const record = epochColumns.map((column, k) => [column, (found[k] as Float64Array)[i]]);
    return Object.fromEntries(record) as EpochRecord;
  });
}
