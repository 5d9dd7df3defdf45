import { MAX_BODY_BYTES } from '../body-limit.ts'
import { StoreError } from '../store-error.ts'

/** A body, or a lower bound of its length. */
export type ReadBody =
  | { readonly outcome: 'found'; readonly body: Uint8Array }
  | { readonly outcome: 'too-large'; readonly bytes: number }

/** A stream of Node can be destroyed, a stream of the web cancelled. */
interface Body extends AsyncIterable<Uint8Array> {
  destroy?(): unknown
  cancel?(): Promise<void>
}

/**
 * Collects the body of an answer. A body that is too large is not read to its end.
 * @throws {@link StoreError} `NETWORK` for a body shorter than its announced length
 */
export async function readBody(key: string, body: Body, announced: number | undefined): Promise<ReadBody> {
  if (announced !== undefined && announced > MAX_BODY_BYTES) {
    await drop(body)
    return { outcome: 'too-large', bytes: announced }
  }
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > MAX_BODY_BYTES) return { outcome: 'too-large', bytes }
    chunks.push(chunk)
  }
  if (announced !== undefined && bytes !== announced) {
    throw new StoreError(`the body of '${key}' ended after ${bytes} of ${announced} bytes`, {
      code: 'NETWORK',
      retriable: true,
    })
  }
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return { outcome: 'found', body: whole }
}

/**
 * Ends an unneeded stream, and frees its socket. The `return()` of an iterator that was never asked does nothing to a
 * stream of Node.
 */
async function drop(body: Body): Promise<void> {
  if (body.destroy === undefined) await body.cancel?.()
  else body.destroy()
}
