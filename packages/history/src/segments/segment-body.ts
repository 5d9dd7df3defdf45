/**
 * The body of a segment: NDJSON, compressed by gzip. Each line is one run, with its format version `v`; there is no
 * head, so that `zcat` and any tool that reads NDJSON can read a segment, and a broken line costs one run. Unknown
 * fields, of other versions, are kept.
 */
import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, KEY_NAME, messageOf } from '@s3sched/kernel'
import { FORMAT_VERSION, isTooDeep, MAX_BODY_BYTES } from '@s3sched/store'
import { problemsOf, type RunRecord } from '../run-record.ts'

export interface EncodedSegment {
  readonly body: Uint8Array
  /** 16 characters from the content alone. */
  readonly hash: string
}

/** A line or a body that could not be read, in words for people. */
export type ProblemListener = (problem: string) => void

// A text of this size takes about 0.3 ms; a higher level takes three times as long to save a tenth.
const GZIP_LEVEL = 1
const GZIP_MAGIC = [0x1f, 0x8b] as const
const LINE_FEED = 0x0a

/** The line of a run, with its line feed. @param json - of a run; the version goes behind its last field */
export function encodeLine(json: string): string {
  return `${json.slice(0, json.lastIndexOf('}'))},"v":${FORMAT_VERSION}}\n`
}

/** @param lines - as {@link encodeLine} made them */
export function encodeSegment(lines: readonly string[]): EncodedSegment {
  const text = lines.join('')
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 16)
  return { body: gzipSync(text, { level: GZIP_LEVEL }), hash }
}

export interface DecodeOptions {
  /** Reads the runs of these jobs alone; the lines of others are not parsed. */
  readonly jobs?: readonly string[] | undefined
  readonly onProblem: ProblemListener
}

/**
 * The runs of a segment, in the order of the lines. A line without a readable run is told and passed over, and so is a
 * whole body that is no text.
 */
export function decodeSegment(body: Uint8Array, { jobs, onProblem }: DecodeOptions): RunRecord[] {
  const text = textOf(body, onProblem)
  if (text === undefined) return []
  // A line without the name, as JSON has the name, is not a run of the job. Other writers of JSON may escape letters.
  const marks = jobs?.flatMap((job) => (KEY_NAME.test(job) ? [`"${job}"`] : [JSON.stringify(job), '\\u']))
  const runs: RunRecord[] = []
  let number = 0
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf(LINE_FEED, start)
    const end = feed === -1 ? text.length : feed
    number += 1
    const bytes = text.subarray(start, end)
    start = end + 1
    if (bytes.length === 0 || marks?.every((mark) => !bytes.includes(mark)) === true) continue
    const run = decodeLine(bytes)
    if (typeof run === 'string') onProblem(`line ${number}: ${run}`)
    else runs.push(run)
  }
  return runs
}

/** A body without the mark of gzip is taken as plain text: a person may have mended it by hand. */
function textOf(body: Uint8Array, onProblem: ProblemListener): Buffer | undefined {
  if (body[0] !== GZIP_MAGIC[0] || body[1] !== GZIP_MAGIC[1])
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES })
  } catch (error) {
    onProblem(`the body can't be unpacked (${messageOf(error)})`)
    return undefined
  }
}

/** @returns the run, or the problem */
function decodeLine(bytes: Buffer): RunRecord | string {
  if (isTooDeep(bytes)) return 'it is nested too deep'
  const line = bytes.toString('utf8')
  let parsed: unknown
  try {
    parsed = MAY_NAME_PROTOTYPE.test(line) ? JSON.parse(line, withoutPrototypeKeys) : JSON.parse(line)
  } catch (error) {
    return `it is not JSON (${messageOf(error)})`
  }
  if (typeof parsed !== 'object' || parsed === null) return `expected an object, got ${describe(parsed)}`
  const { v, ...fields } = parsed as Record<string, unknown>
  if (typeof v !== 'number' || v < 1) return `it has no format version (v is ${describe(v)})`
  if (v > FORMAT_VERSION) return `its format version ${v} is newer than ${FORMAT_VERSION}; upgrade s3sched`
  const [problem] = problemsOf(fields)
  return problem ?? (fields as unknown as RunRecord)
}

// The reviver makes parsing five times as slow, and hardly any line needs it. An escaped letter may hide the name.
const MAY_NAME_PROTOTYPE = /__proto__|\\u00/

/** An own key `__proto__` would become a prototype as soon as the object is copied by assignment. */
function withoutPrototypeKeys(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value
}
