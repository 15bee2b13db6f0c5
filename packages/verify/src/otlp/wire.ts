/** A field of a protobuf message: a number, or the bytes of a text, of bytes, or of another message. */
export interface WireField {
  readonly number: number;
  /** Variable-length and fixed-length numbers, unsigned. */
  readonly value: bigint;
  readonly bytes: Uint8Array;
}

const none = new Uint8Array(0);

/** The fields of a message in their order. Throws a `RangeError` on bytes that end too early or are of no known kind. */
export function wireFields(message: Uint8Array): WireField[] {
  const found: WireField[] = [];
  const reader = { message, at: 0 };
  while (reader.at < message.length) {
    const tag = varint(reader);
    const number = Number(tag >> 3n);
    switch (Number(tag & 7n)) {
      case 0:
        found.push({ number, value: varint(reader), bytes: none });
        break;
      case 1:
        found.push({ number, value: fixed(reader, 8), bytes: none });
        break;
      case 2:
        found.push({ number, value: 0n, bytes: take(reader, Number(varint(reader))) });
        break;
      case 5:
        found.push({ number, value: fixed(reader, 4), bytes: none });
        break;
      default:
        throw new RangeError(`a protobuf field of the kind ${tag & 7n}`);
    }
  }
  return found;
}

interface Reader {
  readonly message: Uint8Array;
  at: number;
}

function varint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.message[reader.at++];
    if (byte === undefined) throw new RangeError("a protobuf number that ends too early");
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new RangeError("a protobuf number of more than ten bytes");
}

function fixed(reader: Reader, length: number): bigint {
  return take(reader, length).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.at + length;
  if (end > reader.message.length) throw new RangeError("a protobuf field that ends too early");
  const bytes = reader.message.subarray(reader.at, end);
  reader.at = end;
  return bytes;
}
