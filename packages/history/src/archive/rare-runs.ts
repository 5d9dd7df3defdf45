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
 * older than the archive, lost or overwritten by another archiver.
 */
import { gunzipSync, gzipSync } from 'node:zlib'
import { FORMAT_VERSION, MAX_BODY_BYTES, type CallOptions, type ObjectStore } from '@s3sched/store'
import type { RunRecord } from '../run-record.ts'
import { decodeSegment, encodeLine, type ProblemListener } from '../segments/segment-body.ts'
import { dayName } from './archive-key.ts'

/** Jobs with more runs in a file need few files for the last 50 runs. */
const RARE_RUNS = 8
const DAYS = 32
/** Bound of the text. A file that does not fit in is not covered. */
const MAX_TEXT_BYTES = 4_194_304

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

/** The rows of a file. */
export interface FileRows {
  readonly size: number
  readonly jobAt: (at: number) => string
  readonly runAt: (at: number) => RunRecord
}

/** The rows of each job with few runs in a file. */
export type RareRows = ReadonlyMap<string, readonly number[]>

export interface SortedJobs {
  readonly rare: RareRows
  /** The jobs with more runs. */
  readonly frequent: readonly string[]
}

function isRare(rows: readonly number[]): boolean {
  return rows.length <= RARE_RUNS
}

export function sortJobs({ jobAt, size }: FileRows): SortedJobs {
  const rows = new Map<string, number[]>()
  for (let at = 0; at < size; at += 1) {
    const job = jobAt(at)
    const known = rows.get(job)
    if (known === undefined) rows.set(job, [at])
    else known.push(at)
  }
  return {
    rare: new Map([...rows].filter(([, ats]) => isRare(ats))),
    frequent: [...rows].filter(([, ats]) => !isRare(ats)).map(([job]) => job),
  }
}

/** The part of the object for a file. */
export function rareFileOf(key: string, { frequent, rare }: SortedJobs, { runAt }: FileRows): RareFile {
  const rows = [...rare.values()].flat()
  return { key, frequent, lines: rows.map((at) => encodeLine(JSON.stringify(runAt(at)))) }
}

/**
 * Adds files to the object of a block, and takes out the files that are gone: 1 GET and 1 PUT, or 1 DELETE for an object
 * without files.
 * @throws StoreError
 */
export async function changeRareRuns(
  store: ObjectStore,
  block: number,
  { added, gone }: { readonly added: readonly RareFile[]; readonly gone: readonly string[] },
  call: CallOptions,
): Promise<void> {
  const key = rareKey(block)
  const before = await readRareRuns(store, block, call)
  const leaving = new Set([...gone, ...added.map((file) => file.key)])
  const kept = (before?.split() ?? []).filter((file) => !leaving.has(file.key))
  if (kept.length === (before?.files.length ?? 0) && added.length === 0) return
  const files: RareFile[] = []
  let bytes = 0
  for (const file of [...added, ...kept]) {
    bytes += file.lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0)
    if (bytes > MAX_TEXT_BYTES) break
    files.push(file)
  }
  if (files.length > 0) await store.put(key, encode(files), call)
  else if (before !== undefined) await store.delete(key, call)
}

function encode(files: readonly RareFile[]): Uint8Array {
  const head = { v: FORMAT_VERSION, files: files.map(({ frequent, key }) => ({ key, frequent })) }
  const lines = files.flatMap((file, at) => file.lines.map((line) => `{"file":${at},${line.slice(1)}`))
  return gzipSync([`${JSON.stringify(head)}\n`, ...lines].join(''), { level: 1 })
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
  const got = await store.get(rareKey(block), call)
  if (got.outcome !== 'found') return undefined
  try {
    return decode(gunzipSync(got.body, { maxOutputLength: MAX_BODY_BYTES }))
  } catch {
    return undefined
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
