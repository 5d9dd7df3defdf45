import { recordRuns, type RunRecord } from '@s3sched/history'
import { archiveSegments, parquetOf } from '@s3sched/history/archive'
import { createManualClock } from '@s3sched/kernel/testing'
import { listAll, scopeStore, type ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { beforeAll, expect, it } from 'vitest'
import { runWords, type Ended } from './terminal.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)
const manual = createManualClock(START + DAY + 3_600_000)
const clock = { ...manual, sleep: () => Promise.resolve() }

function aRun(runId: string, at: number): RunRecord {
  const times = { scheduledTime: at, startedAt: at, endedAt: at + 40, durationMs: 40 }
  const attempts = [{ attempt: 1, startedAt: at, durationMs: 40, status: 'success' }] as const
  return { runId, job: 'report', status: 'success', trigger: 'schedule', workerId: 'w', fence: 7, attempts, ...times }
}

async function fileOf(run: RunRecord): Promise<Buffer> {
  const parts: Uint8Array[] = []
  async function* each(): AsyncGenerator<RunRecord> {
    yield run
  }
  for await (const part of parquetOf(each())) parts.push(part)
  return Buffer.concat(parts)
}

/** The same file with another text of the same length in its footer. */
function changed(file: Buffer, text: string, by: string): Buffer {
  const copy = Buffer.from(file)
  for (let at = copy.indexOf(text); at !== -1; at = copy.indexOf(text, at + 1)) copy.write(by, at)
  return copy
}

let store: ObjectStore

/** A sound archive of one run, and beside it what people, crashes and later versions may leave there. */
beforeAll(async () => {
  store = createMemoryStore({ clock: manual })
  const place = scopeStore(store, 's3sched/')
  await recordRuns(place, [aRun('sound', START)], { page: 'root' })
  await archiveSegments({ store: place, clock })
  const [sound] = await listAll(place, 'history/')
  if (sound === undefined) throw new Error('nothing was archived')
  const named = (set: string): string => sound.key.replace(/runs-[^.]+/, `runs-${set}`)
  const later = await fileOf(aRun('later', START))
  const version = 's3sched.schema\u0018\u0001'
  await place.put(named('cut'), later.subarray(0, later.length - 20))
  await place.put(named('version'), changed(later, `${version}1`, `${version}9`))
  await place.put(named('column'), changed(later, 'fence', 'depth'))
  await place.put('history/day=2026-01-01/outcome=success/part-0.parquet', later)
  await place.put('history/day=2026-01-01/outcome=success/notes.txt', Buffer.from('not ours'))
})

const words = (...asked: string[]): Promise<Ended> => runWords([...asked, 's3://bucket'], { clock, store })

const NAMED: readonly (readonly [string, RegExp])[] = [
  ['runs-cut', /does not end as a Parquet file does/],
  ['runs-version', /the version "9" of its schema is not 1; upgrade s3sched/],
  ['runs-column', /its columns depth are unknown and left out; upgrade s3sched/],
  ['part-0.parquet', /its name is not one of s3sched/],
  ['notes.txt', /its name is not one of s3sched/],
]

it('history names each bad file of the archive on standard error, and shows every run beside it', async () => {
  const { code, stderr, stdout } = await words('history')
  expect(code).toBe(0)
  expect(stdout).toContain('sound')
  // The file with a column of another version has everything else.
  expect(stdout).toContain('later')
  const lines = stderr.trimEnd().split('\n')
  for (const [name, problem] of NAMED) expect(lines.find((line) => line.includes(name))).toMatch(problem)
  expect(lines).toHaveLength(NAMED.length)
})

it('history --json has them as problems', async () => {
  const { stdout } = await words('history', '--json')
  const { problems, runs } = JSON.parse(stdout) as { problems: { key: string; problem: string }[]; runs: RunRecord[] }
  expect(runs.map(({ runId }) => runId)).toEqual(['later', 'sound'])
  expect(runs[0]).not.toHaveProperty('fence')
  expect(problems).toHaveLength(NAMED.length)
  for (const [name, problem] of NAMED) expect(problems.find(({ key }) => key.includes(name))?.problem).toMatch(problem)
})
