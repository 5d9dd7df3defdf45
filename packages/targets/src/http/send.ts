import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** The longest body that is kept, in bytes: it becomes the result of a run. */
const LONGEST = 64 * 1024

export interface WebRequest {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A whole answer. */
export interface WebAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** `undefined`: too long to keep. */
  readonly text: string | undefined
}

/**
 * Sends a request, and reads the whole answer. Redirects are not followed.
 *
 * The signal is the only bound in time: `fetch` would give up after five minutes without an answer, whatever the time of
 * the run is. Besides, `fetch` makes streams and their readers of a body that is at hand as a text.
 *
 * @throws the error of the connection; the signal's reason once the signal is aborted
 */
export async function send({ body, headers, method, url }: WebRequest, signal: AbortSignal): Promise<WebAnswer> {
  signal.throwIfAborted()
  // Loaded with the first request: the import of `node:http` loads all of `fetch`, in 40 ms.
  const { request } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'))
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, { method, headers, signal }, resolve).once('error', reject).end(body)
    })
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: await textOf(answer) }
  } catch (thrown) {
    signal.throwIfAborted()
    throw thrown
  }
}

async function textOf(answer: IncomingMessage): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    // The end of the loop closes the connection.
    if (bytes > LONGEST) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
