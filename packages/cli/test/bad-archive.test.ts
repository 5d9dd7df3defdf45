import { recordRuns, type RunRecord } from '@s3sched/history'
import { archiveSegments, parquetOf } from '@s3sched/history/archive'
import { listAll, scopeStore } from '@s3sched/store'
import { beforeAll, describe, expect, it } from 'vitest'
import { createFleet, during } from '../../plugin/test/fleet.ts'
import { runWhile, runWords, type Ended, type TerminalOptions } from './terminal.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)
const fleet = createFleet(START + DAY + 3_600_000)
const { clock: manual, store } = fleet
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

/** A sound archive of one run, and beside it what people, crashes and later versions may leave there. */
beforeAll(async () => {
  const leader = await fleet.bootLeader(
    { report: { schedule: '0 0 * * *', action: () => null } },
    { prefix: 's3sched/' },
  )
  await during(manual, leader.scheduler.stop())
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

const words = (asked: readonly string[], options: Partial<TerminalOptions> = {}): Promise<Ended> =>
  runWords([...asked, 's3://bucket'], { clock, store, ...options })

const NAMED: readonly (readonly [string, RegExp])[] = [
  ['runs-cut', /does not end as a Parquet file does/],
  ['runs-version', /the version "9" of its schema is not 1; upgrade s3sched/],
  ['runs-column', /its columns depth are unknown and left out; upgrade s3sched/],
  ['part-0.parquet', /its name is not one of s3sched/],
  ['notes.txt', /its name is not one of s3sched/],
]

function expectNamed({ stderr }: Ended): void {
  const lines = stderr.trimEnd().split('\n')
  for (const [name, problem] of NAMED) expect(lines.find((line) => line.includes(name))).toMatch(problem)
  expect(lines).toHaveLength(NAMED.length)
}

describe('each bad file of the archive is named on standard error, and every run beside it is there, by', () => {
  it.each(['history', 'export', 'export --format csv'])('%s', async (line) => {
    const ended = await words(line.split(' '))
    expect(ended.code).toBe(0)
    expect(ended.stdout).toContain('sound')
    // The file with a column of another version has everything else.
    expect(ended.stdout).toContain('later')
    expectNamed(ended)
  })

  it('export --format parquet', async () => {
    const ended = await words(['export', '--format', 'parquet'])
    expect(ended.stdout).toMatch(/^PAR1[\s\S]*PAR1$/)
    expectNamed(ended)
  })

  it('history --follow, once', async () => {
    const enough = new AbortController()
    // Three more looks follow the first lines.
    void manual.sleep(20_000).then(() => enough.abort(new Error('the test has seen enough')))
    const following = words(['history', '--follow'], { clock: manual, signal: enough.signal })
    const ended = await runWhile(manual, following)
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(2)
    expectNamed({ ...ended, stderr: namesIn(ended.stderr) })
  })

  it('show, where no readable object has the run', async () => {
    const ended = await words(['show', 'nothing'])
    expect(ended.code).not.toBe(0)
    expectNamed({ ...ended, stderr: namesIn(ended.stderr) })
  })

  it('audit', async () => {
    const ended = await words(['audit'])
    expect(ended.stdout).toContain('report')
    expectNamed(ended)
    const { problems } = JSON.parse((await words(['audit', '--json'])).stdout) as { problems: object[] }
    expect(problems).toHaveLength(NAMED.length)
  })
})

/** The lines that name an object. */
function namesIn(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => line.includes('history/day='))
    .join('\n')
}

it('history --json has them as problems', async () => {
  const { stdout } = await words(['history', '--json'])
  const { problems, runs } = JSON.parse(stdout) as { problems: { key: string; problem: string }[]; runs: RunRecord[] }
  expect(runs.map(({ runId }) => runId)).toEqual(['later', 'sound'])
  expect(runs[0]).not.toHaveProperty('fence')
  expect(problems).toHaveLength(NAMED.length)
  for (const [name, problem] of NAMED) expect(problems.find(({ key }) => key.includes(name))?.problem).toMatch(problem)
})
