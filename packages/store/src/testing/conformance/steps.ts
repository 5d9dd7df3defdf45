import type { GetResult, ObjectStore, PutOptions } from '../../object-store.ts'

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** The body as text; the outcome itself when there is none. */
export function textOf(got: GetResult): string {
  return got.outcome === 'found' ? new TextDecoder().decode(got.body) : got.outcome
}

/** Writes what has to be there for a test, and returns its ETag. */
export async function write(store: ObjectStore, key: string, text: string, options?: PutOptions): Promise<string> {
  const put = await store.put(key, bytes(text), options)
  if (put.outcome !== 'written') throw new Error(`expected put of ${key} to be written, got ${put.outcome}`)
  return put.etag
}

/** Calls `work` for each item, 16 at a time: as many as a bucket takes from one client without complaint. */
export async function forEach<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  const left = items[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: 16 }, worker))
}

/** The code of the error with which `call` fails; its message when it has none. */
export async function codeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : String(error)
  }
  return 'no error'
}
