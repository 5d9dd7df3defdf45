import type { GetResult, ObjectStore, PutOptions } from '../../object-store.ts'

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** The body as text; without a body, the outcome itself. */
export function textOf(got: GetResult): string {
  return got.outcome === 'found' ? new TextDecoder().decode(got.body) : got.outcome
}

/** Writes an object that must exist for a test, and returns its ETag. */
export async function write(store: ObjectStore, key: string, text: string, options?: PutOptions): Promise<string> {
  const put = await store.put(key, bytes(text), options)
  if (put.outcome !== 'written') throw new Error(`expected put of ${key} to be written, got ${put.outcome}`)
  return put.etag
}

/** Calls `work` for every item, 16 at a time: a bucket takes 16 requests from one client without complaint. */
export async function forEach<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  const left = items[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: 16 }, worker))
}

/** The code of the error of `call`; its message if there is no code. */
export async function codeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : String(error)
  }
  return 'no error'
}
