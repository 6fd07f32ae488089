import { crc32, deflateRawSync } from "node:zlib";

/** A file in an archive, and what may be unusual about it. */
export interface ZipFile {
  readonly name: string;
  readonly contents: Buffer;
  /** The kind and the permissions that Unix keeps, such as 0o120777 for a link. Default: an ordinary file. */
  readonly mode?: number;
  readonly encrypted?: boolean;
  /** How many bytes the archive says that it unpacks to. Default: the truth. */
  readonly declared?: number;
}

/** The bytes of a zip archive, written down as its specification (PKWARE APPNOTE) has it. */
export function zipBytes(files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, contents, mode = 0o100644, encrypted = false, declared = contents.length } of files) {
    const packed = deflateRawSync(contents);
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    // Bit 11: the name is UTF-8.
    common.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(contents), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(declared, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, nameBytes, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    // Made by: version 3.0 on Unix.
    const entry = [Buffer.from("PK\x01\x02\x1e\x03", "latin1"), common, rest, nameBytes];
    parts.push(local);
    directory.push(Buffer.concat(entry));
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
