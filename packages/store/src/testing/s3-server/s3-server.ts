import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock, systemRandom, type Clock, type Random } from '@s3sched/kernel'
import { errorAnswer, type S3Answer } from './s3-answer.ts'
import { S3Bucket } from './s3-bucket.ts'
import { drawFault, type S3ErrorAnswer, type S3Fault, type S3FaultChances } from './s3-fault.ts'
import { readS3Request, type S3Request, type S3Verb } from './s3-request.ts'
import type { S3Wrong } from './s3-wrong.ts'

/** The options of a server of S3 for tests. */
export interface S3ServerOptions {
  /** Draws the faults; pass a seeded source. @default the system's */
  readonly random?: Random
  /** Source of `Date` and `Last-Modified`, and of the latency. @default the system's */
  readonly clock?: Clock
  /** The only bucket. @default 'bucket' */
  readonly bucket?: string
  /** The defect of the server. @default no defect */
  readonly wrong?: S3Wrong
  /** The share of rounds with more than one winner on a racing server, 0 to 1. @default 1 */
  readonly raceChance?: number
  /**
   * The answers to requests for settings of the bucket: XML by the name in the query, such as `versioning`.
   * @default 501
   */
  readonly settings?: Readonly<Record<string, string>>
  /** More headers of every answer. @default none */
  readonly headers?: Readonly<Record<string, string>>
  /** The most objects of one page of a listing. @default 1000, as S3's */
  readonly pageSize?: number
  /** The longest random delay before a request is handled, ms. @default 0 */
  readonly latencyMs?: number
  /** @default none */
  readonly faults?: S3FaultChances
}

/** A small S3 server over HTTP, in this process, for the real SDK to talk to. */
export interface S3Server extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40123`. */
  readonly endpoint: string
  readonly bucket: string
  /** Opens the bucket by `openStore`. The server accepts any credentials. */
  readonly connection: string
  /** The number of requests, as a live view. A request counts when received, also without an answer. */
  readonly requests: Readonly<Record<S3Verb, number>>
  /** The number of connections in all, and the most at one time. */
  readonly connections: { readonly opened: number; readonly most: number }
  /** The present keys. */
  keys(): string[]
  /** The body of an object as text. */
  text(key: string): string | undefined
  /** Replaces the chances of faults. */
  setFaults(faults: S3FaultChances): void
  /**
   * Scripts the next requests of this verb, one after the other; `undefined` lets one request pass. A script goes
   * before chance.
   */
  script(verb: S3Verb, ...happenings: (S3Fault | S3ErrorAnswer | undefined)[]): void
  /** Passes every listing, as XML, through `rewrite` before it is sent. */
  rewriteLists(rewrite: (xml: string) => string): void
  /** Answers for these keys with an error in batch deletes, for `times` requests. @param times - default always */
  failDeletes(keys: readonly string[], code: string, times?: number): void
  /** Resolves once this many requests of the verb have been received. */
  received(verb: S3Verb, count: number): Promise<void>
  /** Breaks every connection and stops. */
  close(): Promise<void>
}

/**
 * Starts the server on a free port of the loopback interface.
 *
 * The server supports GET, PUT, DELETE, the deletion of many and ListObjectsV2, path-style, with the conditions of S3.
 * The server is strongly consistent and right, unless `wrong` says otherwise. Signatures are not checked.
 *
 * @example
 * await using server = await startS3Server({ random: createSeededRandom(7), faults: { lostAfter: 0.1 } })
 * const store = openStore(server.connection)
 */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const { random = systemRandom, clock = systemClock, bucket: name = 'bucket', latencyMs = 0, wrong } = options
  let chances = options.faults ?? {}
  const bucket = new S3Bucket({
    clock,
    random,
    wrong,
    raceChance: options.raceChance ?? 1,
    raceMs: 200,
    pageSize: options.pageSize ?? 1000,
    settings: options.settings ?? {},
  })
  const requests: Record<S3Verb, number> = { GET: 0, HEAD: 0, PUT: 0, DELETE: 0, LIST: 0, BATCH: 0, OTHER: 0 }
  const scripts = new Map<S3Verb, (S3Fault | S3ErrorAnswer | undefined)[]>()
  const waiters = new Set<() => void>()
  const late: S3Request[] = []
  let rewriteList: ((xml: string) => string) | undefined

  const happening = (verb: S3Verb): S3Fault | S3ErrorAnswer | undefined => {
    const script = scripts.get(verb)
    return script !== undefined && script.length > 0 ? script.shift() : drawFault(chances, random)
  }
  const apply = async (request: S3Request): Promise<S3Answer> => {
    if (request.bucket !== name) return errorAnswer(404, 'NoSuchBucket', 'The specified bucket does not exist')
    const plain = await bucket.answer(request)
    const answer = request.verb === 'LIST' && rewriteList !== undefined ? rewritten(plain, rewriteList) : plain
    for (const delayed of late.splice(0)) await bucket.answer(delayed)
    return answer
  }
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readS3Request(message)
    requests[request.verb]++
    for (const waiter of waiters) waiter()
    if (latencyMs > 0) await clock.sleep(random.float() * latencyMs)
    const fault = happening(request.verb)
    const send = (answer: S3Answer, cut?: Cut): void =>
      write({ clock, headers: options.headers ?? {}, cut }, request, response, answer)
    if (typeof fault === 'object') return send(errorAnswer(fault.status, fault.code, fault.message, fault.headers))
    switch (fault) {
      case 'lostBefore':
        return void message.socket.destroy()
      case 'late':
        late.push(request)
        return void message.socket.destroy()
      case 'lostAfter':
        await apply(request)
        return void message.socket.destroy()
      case 'blackHole':
        return
      case 'blackHoleAfter':
        await apply(request)
        return
      case 'internalError':
        return send(errorAnswer(500, 'InternalError', 'We encountered an internal error. Please try again.'))
      case 'internalErrorAfter':
        await apply(request)
        return send(errorAnswer(500, 'InternalError', 'We encountered an internal error. Please try again.'))
      case 'slowDown':
        return send(errorAnswer(503, 'SlowDown', 'Please reduce your request rate.', { 'retry-after': '0' }))
      case 'tooManyRequests':
        return send(errorAnswer(429, 'TooManyRequests'))
    }
    if (fault === 'conflict' && request.verb === 'PUT') return send(errorAnswer(409, 'ConditionalRequestConflict'))
    const answer = await apply(request)
    if (fault === 'truncatedList' && request.verb === 'LIST') return send(rewritten(answer, withoutToken))
    const cut =
      (fault === 'truncatedBody' || fault === 'stalledBody') && request.verb === 'GET' && answer.status === 200
    send(answer, cut ? fault : undefined)
  }

  const http = createServer((message, response) => {
    serve(message, response).catch((error: unknown) => response.destroy(error as Error))
  })
  const connections = { opened: 0, most: 0 }
  let connected = 0
  http.on('connection', (socket) => {
    connections.opened++
    connections.most = Math.max(connections.most, ++connected)
    socket.once('close', () => connected--)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const endpoint = `http://127.0.0.1:${port}`
  const close = async (): Promise<void> => {
    http.closeAllConnections()
    if (http.listening) await new Promise((resolve) => http.close(resolve))
  }
  return {
    endpoint,
    bucket: name,
    connection: `http://test-key:test-secret@127.0.0.1:${port}/${name}`,
    requests,
    connections,
    keys: () => [...bucket.objects.keys()],
    text: (key) => bucket.objects.get(key)?.body.toString(),
    setFaults: (faults) => void (chances = faults),
    script(verb, ...happenings) {
      scripts.set(verb, [...(scripts.get(verb) ?? []), ...happenings])
    },
    rewriteLists: (rewrite) => void (rewriteList = rewrite),
    failDeletes: (keys, code, times = Infinity) => void (bucket.failedDeletes = { keys, code, times }),
    received: (verb, count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (requests[verb] < count) return
          waiters.delete(look)
          resolve()
        }
        waiters.add(look)
        look()
      }),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function rewritten(answer: S3Answer, rewrite: (xml: string) => string): S3Answer {
  return { ...answer, body: Buffer.from(rewrite(Buffer.from(answer.body ?? []).toString())) }
}

function withoutToken(xml: string): string {
  return xml
    .replace(/<IsTruncated>\w+</, '<IsTruncated>true<')
    .replace(/<NextContinuationToken>.*?<\/NextContinuationToken>/, '')
}

type Cut = 'truncatedBody' | 'stalledBody'

interface Terms {
  readonly clock: Clock
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>
  /** The fate of the connection after the first half of the body. */
  readonly cut: Cut | undefined
}

function write(terms: Terms, request: S3Request, response: ServerResponse, answer: S3Answer): void {
  const { cut } = terms
  const { status, headers = {}, body = new Uint8Array() } = answer
  response.sendDate = false
  const length = status === 204 || status === 304 ? {} : { 'content-length': String(body.byteLength) }
  const common = { date: new Date(terms.clock.now()).toUTCString(), 'x-amz-request-id': 'TEST' }
  response.writeHead(status, { ...common, ...terms.headers, ...headers, ...length })
  if (cut === undefined) return void response.end(request.verb === 'HEAD' ? undefined : body)
  response.write(body.subarray(0, Math.floor(body.byteLength / 2)), () => {
    if (cut === 'truncatedBody') response.destroy()
  })
}
