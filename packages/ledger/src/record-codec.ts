import { messageOf } from '@s3sched/kernel'

/** The form of the records: the ledger itself only handles keys and JSON. */
export interface RecordCodec<R> {
  /** Reads the parsed JSON of a record. Anything may come: another version, or another program, may have written it. */
  readonly decode: (value: unknown, key: string) => DecodedRecord<R>
  /** The record as plain JSON: no `undefined`, function, symbol or BigInt at the top. */
  readonly encode: (record: R) => unknown
  /** The record of this text if it is known from an earlier read or write: then the text is not parsed again. */
  readonly recall?: ((text: string, key: string) => R | undefined) | undefined
}

/** The result of decoding: the record, or the problem of its JSON. */
export type DecodedRecord<R> =
  | { readonly outcome: 'read'; readonly record: R }
  | { readonly outcome: 'unreadable'; readonly problem: string }

/** Reads the text of a record. An error of the codec makes one record unreadable, and not a whole page. */
export function decodeRecord<R>(codec: RecordCodec<R>, key: string, text: string): DecodedRecord<R> {
  try {
    const known = codec.recall?.(text, key)
    return known === undefined ? codec.decode(JSON.parse(text) as unknown, key) : { outcome: 'read', record: known }
  } catch (error) {
    return { outcome: 'unreadable', problem: messageOf(error) }
  }
}

/** @throws TypeError when the codec gives no JSON, and the error of the codec */
export function encodeRecord<R>(codec: RecordCodec<R>, record: R): string {
  // The type of JSON.stringify hides that undefined has no JSON.
  const text = JSON.stringify(codec.encode(record)) as string | undefined
  if (text === undefined) throw new TypeError('expected encode() to return plain JSON, got undefined or a function')
  return text
}
