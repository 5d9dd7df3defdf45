import { createHash } from 'node:crypto'
import type { Clock, Random } from '@s3sched/kernel'
import { compareKeys } from '../../key-order.ts'
import { errorAnswer, escapeXml, unescapeXml, xmlAnswer, type S3Answer } from './s3-answer.ts'
import type { S3Request } from './s3-request.ts'
import type { S3Wrong } from './s3-wrong.ts'

export interface S3Entry {
  readonly body: Buffer
  readonly etag: string
  readonly lastModified: number
  /** The state before the last write, until the first read of the new state. */
  readonly previous?: S3Entry | undefined
}

export interface S3BucketOptions {
  readonly clock: Clock
  readonly random: Random
  readonly wrong: S3Wrong | undefined
  /** The share of rounds with more than one winner on a racing server. */
  readonly raceChance: number
  /** The time that the first writer waits on a racing server, between check and write, for a second writer, ms. */
  readonly raceMs: number
  /** The most objects of one page of a listing. */
  readonly pageSize: number
  /** Answers about the bucket itself: XML by the name in the query. */
  readonly settings: Readonly<Record<string, string>>
}

/** The objects of one bucket and the operations of S3 on them, right or with one defect. */
export class S3Bucket {
  readonly objects: Map<string, S3Entry> = new Map()
  /** Keys that a batch delete reports as failed, for the next `times` requests. */
  failedDeletes: { readonly keys: readonly string[]; readonly code: string; times: number } | undefined
  readonly #options: S3BucketOptions
  readonly #leaks = new Map<string, boolean>()
  readonly #firstWriters = new Map<string, AbortController>()

  constructor(options: S3BucketOptions) {
    this.#options = options
  }

  async answer(request: S3Request): Promise<S3Answer> {
    switch (request.verb) {
      case 'GET':
      case 'HEAD':
        return this.#get(request)
      case 'PUT':
        return this.#put(request)
      case 'DELETE':
        return this.#delete(request)
      case 'BATCH':
        return this.#deleteMany(request)
      case 'LIST':
        return this.#list(request)
      default:
        return this.#setting(request)
    }
  }

  #setting({ query }: S3Request): S3Answer {
    for (const [name, xml] of Object.entries(this.#options.settings)) if (query.has(name)) return xmlAnswer(200, xml)
    return errorAnswer(501, 'NotImplemented')
  }

  #get({ key, headers }: S3Request): S3Answer {
    const entry = this.objects.get(key)
    if (entry === undefined) return errorAnswer(404, 'NoSuchKey', 'The specified key does not exist.')
    const seen = this.#seen(entry)
    this.objects.set(key, { ...entry, previous: undefined })
    const common = { etag: this.#shown(seen.etag), 'last-modified': new Date(seen.lastModified).toUTCString() }
    if (headers['if-none-match'] === seen.etag) return { status: 304, headers: common }
    const headersOf = (more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
      'content-type': 'application/octet-stream',
      ...common,
      ...more,
    })
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
    if (from === undefined || to === undefined || this.#options.wrong === 'rangesIgnored')
      return { status: 200, headers: headersOf(), body: seen.body }
    const [size, start, end] = [seen.body.length, Number(from), Number(to) + 1]
    if (start >= size) return errorAnswer(416, 'InvalidRange', 'The requested range is not satisfiable')
    const part = seen.body.subarray(start, end)
    const range = `bytes ${start}-${start + part.length - 1}/${size}`
    return { status: 206, headers: headersOf({ 'content-range': range }), body: part }
  }

  /** The object as shown by a read: the reads of a defective server mix in the previous state. */
  #seen(entry: S3Entry): S3Entry {
    const { previous } = entry
    if (previous === undefined) return entry
    switch (this.#options.wrong) {
      case 'tornReads': {
        const middle = Math.floor(entry.body.length / 2)
        return { ...entry, body: Buffer.concat([entry.body.subarray(0, middle), previous.body.subarray(middle)]) }
      }
      case 'staleReads':
        return previous
      case 'newEtagOnOldBody':
        return { ...entry, body: previous.body }
      case 'oldEtagOnNewBody':
        return { ...entry, etag: previous.etag }
      default:
        return entry
    }
  }

  async #put(request: S3Request): Promise<S3Answer> {
    const { key, body, headers, hasTrailer } = request
    const { wrong, clock } = this.#options
    if (hasTrailer && wrong === 'checksumTrailer411') {
      return errorAnswer(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.')
    }
    const hasChecksum = Object.keys(headers).some(
      (name) => name === 'content-md5' || name.startsWith('x-amz-checksum-'),
    )
    if (!hasChecksum && wrong === 'checksumDemanded') {
      return errorAnswer(400, 'InvalidRequest', 'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object')
    }
    const refusal = this.#refusal(request)
    if (refusal !== undefined) return wrong === 'refusalInside200' ? { ...refusal, status: 200 } : refusal
    const racing =
      (headers['if-none-match'] !== undefined && wrong === 'racingCreates') ||
      (headers['if-match'] !== undefined && wrong === 'racingUpdates')
    if (racing && this.#leaksNow(key)) await this.#meetSecondWriter(key)
    const etag = `"${createHash('md5').update(body).digest('hex')}"`
    const before = this.objects.get(key)
    const previous = before === undefined ? undefined : { ...before, previous: undefined }
    this.objects.set(key, { body, etag, lastModified: clock.now(), previous })
    return { status: 200, headers: { etag: this.#shown(etag) } }
  }

  /**
   * Both writers have passed the check, both go on to write, and both get success. A third writer finds the object
   * changed.
   */
  async #meetSecondWriter(key: string): Promise<void> {
    const first = this.#firstWriters.get(key)
    if (first !== undefined) return first.abort()
    const met = new AbortController()
    this.#firstWriters.set(key, met)
    await this.#options.clock.sleep(this.#options.raceMs, met.signal).catch(() => undefined) // the second writer came
    this.#firstWriters.delete(key)
  }

  /** True if this round of a race has more than one winner: one random number per state of the object. */
  #leaksNow(key: string): boolean {
    const round = `${key} ${this.objects.get(key)?.etag}`
    let leaks = this.#leaks.get(round)
    if (leaks === undefined) this.#leaks.set(round, (leaks = this.#options.random.float() < this.#options.raceChance))
    return leaks
  }

  #refusal({ key, headers }: S3Request): S3Answer | undefined {
    const { wrong } = this.#options
    const current = this.objects.get(key)
    const { 'if-none-match': absent, 'if-match': expected } = headers
    if (wrong === 'conditionsIgnored') return undefined
    if (absent !== undefined && wrong !== 'createConditionIgnored' && current !== undefined) return preconditionFailed()
    if (expected === undefined || wrong === 'updateConditionIgnored') return undefined
    if (wrong === 'ifMatchNeverMatches') return preconditionFailed()
    if (current === undefined) return wrong === 'updateCreates' ? undefined : errorAnswer(404, 'NoSuchKey')
    return unquoted(current.etag) === unquoted(expected) ? undefined : preconditionFailed()
  }

  #delete({ key, headers }: S3Request): S3Answer {
    const { wrong } = this.#options
    const expected = headers['if-match']
    if (expected !== undefined) {
      if (wrong === 'conditionalDelete501') return errorAnswer(501, 'NotImplemented')
      const current = this.objects.get(key)
      if (wrong !== 'conditionalDeleteIgnored' && current?.etag !== expected) return preconditionFailed()
    }
    this.objects.delete(key)
    return { status: 204 }
  }

  #deleteMany({ body, headers }: S3Request): S3Answer {
    const md5 = headers['content-md5']
    const hasChecksum = Object.keys(headers).some((name) => /^x-amz-checksum-(?!mode|type)/.test(name))
    if (md5 === undefined && (!hasChecksum || this.#options.wrong === 'contentMd5Demanded')) {
      return errorAnswer(400, 'InvalidRequest', 'Missing required header for this request: Content-MD5')
    }
    if (md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64'))
      return errorAnswer(400, 'BadDigest')
    const { keys: failing, code = '', times = 0 } = this.failedDeletes ?? {}
    if (this.failedDeletes !== undefined) this.failedDeletes.times--
    const errors: string[] = []
    for (const [, escaped = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) {
      const key = unescapeXml(escaped)
      if (times <= 0 || failing?.includes(key) !== true) this.objects.delete(key)
      else errors.push(`<Error><Key>${escapeXml(key)}</Key><Code>${code}</Code><Message>${code}</Message></Error>`)
    }
    return xmlAnswer(
      200,
      `<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${errors.join('')}</DeleteResult>`,
    )
  }

  #list({ query }: S3Request): S3Answer {
    const prefix = query.get('prefix') ?? ''
    const token = query.get('continuation-token')
    const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString()
    const { pageSize } = this.#options
    const max = Math.min(Number(query.get('max-keys') ?? pageSize), pageSize)
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(prefix) && compareKeys(key, after) > 0)
      .toSorted(compareKeys)
    const page = keys.slice(0, max)
    const truncated = keys.length > page.length
    const next = truncated ? Buffer.from(page.at(-1) ?? '').toString('base64url') : undefined
    return xmlAnswer(
      200,
      [
        '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
        `<KeyCount>${page.length}</KeyCount><MaxKeys>${max}</MaxKeys><IsTruncated>${truncated}</IsTruncated>`,
        next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`,
        ...page.map((key) => this.#listed(key)),
        '</ListBucketResult>',
      ].join(''),
    )
  }

  #listed(key: string): string {
    const { etag, body, lastModified } = this.objects.get(key) as S3Entry
    const shown = this.#options.wrong === 'noListEtags' ? '' : `<ETag>${escapeXml(this.#shown(etag))}</ETag>`
    const time = new Date(lastModified).toISOString()
    return `<Contents><Key>${escapeXml(key)}</Key>${shown}<Size>${body.length}</Size><LastModified>${time}</LastModified></Contents>`
  }

  #shown(etag: string): string {
    return this.#options.wrong === 'unquotedEtags' ? unquoted(etag) : etag
  }
}

function preconditionFailed(): S3Answer {
  return errorAnswer(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '')
}
