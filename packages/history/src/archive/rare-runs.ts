/**
 * The runs of rare jobs, gathered from the files of 32 days:
 *
 *     rare/<first day>.ndjson.gz
 *
 * A file of the archive holds a day, so the last 50 runs of a daily job lie in 50 files. This object repeats the rows of
 * jobs with few runs in a file. The first line names the files that are covered, and for each the jobs with more runs,
 * which are not repeated. A line of a run tells the file of the run.
 *
 * The object is no more than a copy. A file never changes, so what the object says of a file stays true: a reader takes
 * the runs of files that its LIST of the archive names, and reads each file that is not covered. So the object may be
 * older than the archive, or lost.
 */
import { gunzipSync, gzipSync } from 'node:zlib'
import { FORMAT_VERSION, MAX_BODY_BYTES, StoreError, type CallOptions, type ObjectStore } from '@s3sched/store'
import type { RunRecord } from '../run-record.ts'
import { decodeSegment, encodeLine, type ProblemListener } from '../segments/segment-body.ts'
import { dayName } from './archive-key.ts'

/** Jobs with more runs in a file need few files for the last 50 runs. */
const RARE_RUNS = 8
const DAYS = 32
/** Bound of the text. A file that does not fit in is not covered. */
const MAX_TEXT_BYTES = 4_194_304
/** Some milliseconds of work. */
const LINES_PER_TURN = 512
/** Another archiver or a prune may write the object at the same time. */
const MOST_TRIES = 10

/** The days of one object. */
export function blockOf(day: number): number {
  return Math.floor(day / DAYS)
}

export function rareKey(block: number): string {
  return `rare/${dayName(block * DAYS)}.ndjson.gz`
}

interface CoveredFile {
  readonly key: string
  /** Jobs of the file whose runs are not repeated. */
  readonly frequent: readonly string[]
}

/** A file with the lines of its rare runs. */
export interface RareFile extends CoveredFile {
  readonly lines: readonly string[]
}

/** The rows of each job of a file. */
export type RowsOfJobs = ReadonlyMap<string, readonly number[]>

export interface SortedJobs {
  /** The rows of the jobs with few runs in a file. */
  readonly rare: RowsOfJobs
  /** The jobs with more runs. */
  readonly frequent: readonly string[]
}

function isRare(rows: readonly number[]): boolean {
  return rows.length <= RARE_RUNS
}

export function sortJobs(rows: RowsOfJobs): SortedJobs {
  return {
    rare: new Map([...rows].filter(([, ats]) => isRare(ats))),
    frequent: [...rows].filter(([, ats]) => !isRare(ats)).map(([job]) => job),
  }
}

/** Resolves in a later turn of the event loop. */
type Turn = () => Promise<void>

/** The part of the object for a file; `undefined` for a part larger than the object may be. */
export async function rareFileOf(
  key: string,
  { frequent, rare }: SortedJobs,
  runAt: (row: number) => RunRecord,
  turn: Turn,
): Promise<RareFile | undefined> {
  const lines: string[] = []
  let [bytes, next] = [0, LINES_PER_TURN]
  for (const row of [...rare.values()].flat()) {
    const line = encodeLine(JSON.stringify(runAt(row)))
    lines.push(line)
    bytes += Buffer.byteLength(line)
    if (bytes > MAX_TEXT_BYTES) return undefined
    if (lines.length < next) continue
    next += LINES_PER_TURN
    await turn()
  }
  return { key, frequent, lines }
}

export interface RareDeps {
  readonly store: ObjectStore
  readonly turn: Turn
}

/**
 * Adds files to the object of a block, and takes out the files that are gone: 1 GET and 1 PUT, or 1 DELETE for an object
 * without files. Another archiver may change the object at the same time: the PUT is by compare-and-swap, and begins
 * again after a conflict.
 * @throws StoreError
 */
export async function changeRareRuns(
  { store, turn }: RareDeps,
  block: number,
  { added, gone }: { readonly added: readonly RareFile[]; readonly gone: readonly string[] },
  call: CallOptions,
): Promise<void> {
  const key = rareKey(block)
  const leaving = new Set([...gone, ...added.map((file) => file.key)])
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const { etag, runs: before } = await readObject(store, key, call)
    const kept = (before?.split() ?? []).filter((file) => !leaving.has(file.key))
    if (kept.length === (before?.files.length ?? 0) && added.length === 0) return
    const files = fitting([...added, ...kept])
    // What another archiver adds at the same moment may be lost with the object: it is a copy.
    if (files.length === 0) return etag === undefined ? undefined : store.delete(key, call)
    const condition = etag === undefined ? ({ ifAbsent: true } as const) : { ifMatch: etag }
    // Equal bytes of two writers say the same, so no nonce is needed.
    const put = await store.put(key, await encode(files, turn), { ...call, condition })
    if (put.outcome === 'written') return
  }
  throw new StoreError(`it is not known whether ${key} was written`, {
    code: 'UNAVAILABLE',
    retriable: true,
    suggestion: 'Nothing is lost: the next archive or prune of these days writes it again',
  })
}

/** The first files, as many as the object may hold. */
function fitting(files: readonly RareFile[]): readonly RareFile[] {
  let bytes = 0
  const end = files.findIndex(({ lines }) => {
    bytes += lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0)
    return bytes > MAX_TEXT_BYTES
  })
  return end === -1 ? files : files.slice(0, end)
}

/** Several members of gzip, since the packing of 4 MiB would take one long turn. */
async function encode(files: readonly RareFile[], turn: Turn): Promise<Uint8Array> {
  const head = { v: FORMAT_VERSION, files: files.map(({ frequent, key }) => ({ key, frequent })) }
  const lines = files.flatMap((file, at) => file.lines.map((line) => `{"file":${at},${line.slice(1)}`))
  const members = [gzipSync(`${JSON.stringify(head)}\n`, { level: 1 })]
  for (let from = 0; from < lines.length; from += LINES_PER_TURN) {
    await turn()
    members.push(gzipSync(lines.slice(from, from + LINES_PER_TURN).join(''), { level: 1 }))
  }
  return Buffer.concat(members)
}

export interface RareRuns {
  readonly files: readonly CoveredFile[]
  /** The runs of a job, each with the key of its file. */
  readonly runs: (
    jobs: readonly string[],
    onProblem: ProblemListener,
  ) => readonly { readonly key: string; readonly run: RunRecord }[]
  /** The files with their lines. */
  readonly split: () => readonly RareFile[]
}

/** 1 GET. `undefined` for a block without an object, and for an object that can't be read: the files themselves can. */
export async function readRareRuns(
  store: ObjectStore,
  block: number,
  call: CallOptions,
): Promise<RareRuns | undefined> {
  return (await readObject(store, rareKey(block), call)).runs
}

async function readObject(
  store: ObjectStore,
  key: string,
  call: CallOptions,
): Promise<{ readonly etag?: string; readonly runs?: RareRuns | undefined }> {
  const got = await store.get(key, call)
  if (got.outcome === 'missing' || got.outcome === 'unchanged') return {}
  const { etag } = got
  if (got.outcome === 'too-large') return { etag }
  try {
    return { etag, runs: decode(gunzipSync(got.body, { maxOutputLength: MAX_BODY_BYTES })) }
  } catch {
    return { etag }
  }
}

function decode(text: Buffer): RareRuns | undefined {
  const end = text.indexOf('\n')
  const files = filesOf(JSON.parse(text.subarray(0, end).toString('utf8')))
  if (files === undefined) return undefined
  const lines = text.subarray(end + 1)
  return {
    files,
    runs: (jobs, onProblem) =>
      decodeSegment(lines, { jobs, onProblem }).flatMap((decoded) => {
        const { file, ...run } = decoded as RunRecord & { readonly file?: unknown }
        const key = typeof file === 'number' ? files[file]?.key : undefined
        return key === undefined ? [] : [{ key, run }]
      }),
    split() {
      const ofFiles = files.map(() => [] as string[])
      for (const line of lines.toString('utf8').split('\n')) {
        const mark = /^\{"file":(\d{1,6}),/.exec(line)
        if (mark !== null) ofFiles[Number(mark[1])]?.push(`{${line.slice(mark[0].length)}\n`)
      }
      return files.map((file, at) => ({ ...file, lines: ofFiles[at] ?? [] }))
    },
  }
}

function filesOf(head: unknown): readonly CoveredFile[] | undefined {
  const { files, v } = head as { readonly files?: unknown; readonly v?: unknown }
  if (v !== FORMAT_VERSION || !Array.isArray(files)) return undefined
  const isSound = files.every((file: unknown) => {
    const { frequent, key } = file as Partial<CoveredFile>
    return typeof key === 'string' && Array.isArray(frequent)
  })
  return isSound ? (files as readonly CoveredFile[]) : undefined
}
