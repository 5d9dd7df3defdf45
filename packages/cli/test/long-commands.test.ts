import type { RunRecord } from '@s3sched/history'
import { damageRecord, putRuns } from '@s3sched/jobs/testing'
import { createManualClock } from '@s3sched/kernel/testing'
import { createMemoryStore, scopeStore, type ObjectStore } from '@s3sched/store'
import { createCountingStore } from '@s3sched/store/testing'
import { describe, expect, it } from 'vitest'
import { createFleet, HOUR, MINUTE } from '../../plugin/test/fleet.ts'
import { Interrupted } from '../src/ending.ts'
import { runWords, type Ended } from './terminal.ts'

const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 5)

/** Old runs of some jobs, and a clock that is 100 days later. @param more - further fields of each run */
async function oldRuns(
  jobs: readonly string[],
  each: number,
  more: (n: number) => Partial<RunRecord> = () => ({}),
): Promise<{ clock: ReturnType<typeof createManualClock>; store: ObjectStore }> {
  const clock = createManualClock(START)
  const store = createMemoryStore({ clock })
  const runs = jobs.flatMap((job) =>
    Array.from({ length: each }, (_, n): RunRecord => {
      const scheduledTime = START + n * MINUTE
      const times = { scheduledTime, startedAt: scheduledTime, endedAt: scheduledTime, durationMs: 0 }
      const status = n === 0 ? 'failed' : 'success'
      return { job, runId: `run-${n}`, status, ...times, attempts: [], trigger: 'schedule', workerId: 'w', ...more(n) }
    }),
  )
  await putRuns(scopeStore(store, 's3sched/'), runs)
  clock.step(100 * DAY)
  await clock.advance(0)
  return { clock, store }
}

/** A result so large that it lies in an object of its own. */
const LARGE = { result: 'x'.repeat(3000) }

/** The same store, in which the user has had enough after so many requests of a kind. */
function interruptedAt(
  store: ObjectStore,
  verb: 'get' | 'list' | 'delete',
  count: number,
): { store: ObjectStore; signal: AbortSignal } {
  const enough = new AbortController()
  let left = count
  const step = (): void => {
    if (left-- === 0) enough.abort(new Interrupted('SIGINT'))
    enough.signal.throwIfAborted()
  }
  const interrupted: ObjectStore = {
    ...store,
    get: async (key, options) => {
      if (verb === 'get' && key.includes('/')) step()
      return store.get(key, options)
    },
    list: (prefix, options) => {
      if (verb === 'list') step()
      return store.list(prefix, options)
    },
    delete: async (keys, options) => {
      if (verb === 'delete') step()
      return store.delete(keys, options)
    },
  }
  return { store: interrupted, signal: enough.signal }
}

const keysOf = async (store: ObjectStore): Promise<string[]> => {
  const keys: string[] = []
  for await (const { objects } of store.list('')) keys.push(...objects.map(({ key }) => key))
  return keys
}

describe('prune', () => {
  it('--dry-run counts what would be deleted, and deletes nothing', async () => {
    const { clock, store } = await oldRuns(['a', 'b'], 5)
    const before = await keysOf(store)
    const counting = createCountingStore(store)
    const words = ['prune', '--older-than', '30d', 's3://bucket']
    const dry = await runWords([...words, '--dry-run'], { clock, store: counting.store })
    expect(dry).toMatchObject({ code: 0, stderr: '' })
    expect(dry.stdout).toContain('Would delete 10 runs in 2 objects.')
    expect(counting.requests).toMatchObject({ delete: 0, put: 0 })
    expect(await keysOf(store)).toEqual(before)
    const json = await runWords([...words, '--dry-run', '--json'], { clock, store })
    expect(JSON.parse(json.stdout)).toMatchObject({ outcome: 'planned', runs: 10, objects: 2 })
    const { stdout } = await runWords(words, { clock, store })
    expect(stdout).toMatch(/That is 10 runs in 2 objects\.\nDeleted 10 runs in 2 objects\.\n$/)
    const after = before.filter((key) => !key.includes('/segments/'))
    expect(await keysOf(store)).toEqual(['s3sched/pruned.json', ...after].toSorted())
  })

  it('says at Ctrl-C how many it has deleted', async () => {
    const { clock, store } = await oldRuns(['a', 'b'], 5, () => LARGE)
    // The segments go first, and then the objects of the results.
    const interrupted = interruptedAt(store, 'delete', 1)
    const ended = await runWords(['prune', '--older-than', '30d', 's3://bucket'], { clock, ...interrupted })
    expect(ended).toMatchObject({ code: 130, stderr: 's3sched: interrupted\n' })
    expect(ended.stdout).toContain('Deleted 10 runs in 2 objects, until it was interrupted.')
  })
})

describe('export', () => {
  it('hands over at Ctrl-C what it has read', async () => {
    const { clock, store } = await oldRuns(['a'], 120, () => LARGE)
    const ended = await runWords(['export', 's3://bucket'], { clock, ...interruptedAt(store, 'get', 100) })
    expect(ended.code).toBe(130)
    const lines = ended.stdout.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(10)
    expect(lines.length).toBeLessThan(120)
    const said = `s3sched: the output is a part, ${lines.length} runs\ns3sched: interrupted\n`
    expect(ended.stderr).toBe(said)
    const csv = await runWords(['export', '--format', 'csv', 's3://bucket'], {
      clock,
      ...interruptedAt(store, 'get', 100),
    })
    expect(csv).toMatchObject({ code: 130, stderr: said })
    expect(csv.stdout.trimEnd().split('\n')).toHaveLength(lines.length + 1)
  })

  it('says before it begins how many requests it will make and what they cost, where they are many', async () => {
    // A segment for each day.
    const daily = (n: number): Partial<RunRecord> => ({ scheduledTime: START - n * DAY, status: 'success' })
    const { clock, store } = await oldRuns(['a'], 1200, daily)
    const counting = createCountingStore(store)
    const { stderr, stdout } = await runWords(['export', 's3://bucket'], { clock, store: counting.store })
    expect(stdout.trimEnd().split('\n')).toHaveLength(1200)
    const told = "s3sched: about 1,202 requests, less than 0.01 US$ at S3's list prices; Ctrl-C ends it\n"
    expect(stderr).toBe(told)
    expect(counting.requests.get).toBeLessThan(1210)
    const few = await runWords(['export', '--since', '2025-01-05T19:00:00Z', 's3://bucket'], { clock, store })
    expect(few.stderr).toBe('')
  })
})

describe('history', () => {
  it('shows at Ctrl-C the runs that it has read, newest first, and says that they are a part', async () => {
    const { clock, store } = await oldRuns(['a', 'b'], 200)
    const words = ['history', '-n', '300', 's3://bucket']
    // The count of the pages, the pages, segments and archive of the first hundred runs, and the pages of the next.
    const ended = await runWords(words, { clock, ...interruptedAt(store, 'list', 5) })
    expect(ended).toMatchObject({ code: 130, stderr: 's3sched: interrupted\n' })
    const lines = ended.stdout.trimEnd().split('\n')
    const rows = lines.slice(1, -1)
    const times = rows.map((row) => row.slice(0, 19))
    expect(times).toEqual(times.toSorted().toReversed())
    expect(rows[0]).toMatch(/^2026-01-05 03:19:00Z/)
    expect(lines.at(-1)).toBe('Interrupted: 100 runs so far.')
    const json = await runWords([...words, '--json'], { clock, ...interruptedAt(store, 'list', 5) })
    const { runs, ...rest } = JSON.parse(json.stdout) as { runs: unknown[] }
    expect(runs).toHaveLength(rows.length)
    expect(rest).toMatchObject({ hasMore: true, interrupted: true })
  })

  it('says at Ctrl-C that it has read no run yet', async () => {
    const { clock, store } = await oldRuns(['a'], 3)
    const ended = await runWords(['history', 'a', 's3://bucket'], { clock, ...interruptedAt(store, 'list', 0) })
    expect(ended).toMatchObject({ code: 130, stdout: 'Interrupted: no run was read yet.\n' })
  })
})

it('doctor says at Ctrl-C that it has more checks to make', async () => {
  const { clock, store } = await oldRuns(['a'], 3)
  const ended = await runWords(['doctor', 's3://bucket'], { clock, ...interruptedAt(store, 'delete', 0) })
  expect(ended).toMatchObject({ code: 130, stderr: 's3sched: interrupted\n' })
  expect(ended.stdout).toMatch(/✓ .* answers\n/)
  expect(ended.stdout).toMatch(/\nInterrupted: 1 finding so far, and more checks to make\.\n$/)
})

it('run --wait says at Ctrl-C that the run goes on', async () => {
  const fleet = createFleet()
  await fleet.bootLeader(
    { slow: { schedule: null, action: () => new Promise(() => undefined) } },
    { prefix: 's3sched/' },
  )
  const run = (...more: string[]): Promise<Ended> => {
    const enough = new AbortController()
    // The time between two looks for the end of the run; other sleeps are limits of writes.
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
      ms === 2000 ? Promise.resolve(enough.abort(new Interrupted('SIGINT'))) : fleet.clock.sleep(ms, signal)
    return runWords(['run', 'slow', '--wait', '1m', 's3://bucket', ...more], {
      clock: { ...fleet.clock, sleep },
      store: fleet.store,
      signal: enough.signal,
    })
  }
  const text = await run()
  expect(text.code).toBe(130)
  expect(text.stdout).toMatch(/Requested: run \S+\.\nNot waited for any longer; the request or the run goes on\.\n$/)
  expect(JSON.parse((await run('--json')).stdout)).toMatchObject({
    outcome: 'requested',
    runId: expect.any(String) as string,
    interrupted: true,
  })
  await fleet.stopAll()
})

describe('audit', () => {
  const jobs = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, { schedule: '*/10 * * * *', action: () => 1 }]))
  const withFleet = async (
    work: (run: (words: string[], more?: object) => Promise<Ended>, store: ObjectStore) => Promise<void>,
  ): Promise<void> => {
    const fleet = createFleet()
    // The jobs of two shards lie in two pages.
    await fleet.bootLeader(jobs, { prefix: 's3sched/', shards: 2 })
    await fleet.clock.advance(HOUR + MINUTE)
    await work(
      (words, more) => runWords([...words, 's3://bucket'], { clock: fleet.clock, store: fleet.store, ...more }),
      fleet.store,
    )
    await fleet.stopAll()
  }

  it('takes the name of one job', () =>
    withFleet(async (run) => {
      const one = await run(['audit', 'b', '--json'])
      expect(JSON.parse(one.stdout)).toMatchObject({ sound: true, jobs: [{ job: 'b', expected: 6, ran: 6 }] })
      expect(await run(['audit', 'bb'])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/not found/) as string,
      })
    }))

  it('says at Ctrl-C how many jobs it has recomputed', () =>
    withFleet(async (run, store) => {
      // Each page twice: the history of all jobs is read before the first row.
      const text = await run(['audit'], interruptedAt(store, 'get', 4))
      expect(text).toMatchObject({ code: 130, stderr: 's3sched: interrupted\n' })
      expect(text.stdout).toMatch(/Interrupted: 0 jobs so far\.\n$/)
      const json = await run(['audit', '--json'], interruptedAt(store, 'get', 4))
      expect(JSON.parse(json.stdout)).toMatchObject({ sound: false, interrupted: true })
    }))

  it('has a row and a line for a job whose record can not be read, and ends with 1', () =>
    withFleet(async (run, store) => {
      await damageRecord(scopeStore(store, 's3sched/'), 'b', '{')
      const { code, stdout } = await run(['audit'])
      expect(code).toBe(1)
      expect(stdout).toMatch(/^b +- +- +0 /m)
      expect(stdout).toMatch(/^c .* 6 +6 /m)
      expect(stdout).toMatch(/^✗ b: its record can't be read: .* in JSON/m)
      expect(stdout).toContain('1 of 3 jobs could not be audited as a whole.')
    }))
})
