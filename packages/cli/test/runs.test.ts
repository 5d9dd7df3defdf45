import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, SECOND, type Fleet } from '../../plugin/test/fleet.ts'
import { Interrupted } from '../src/ending.ts'
import { runWhile, runWords, withoutIds, type Ended, type TerminalOptions } from './terminal.ts'

let fleet: Fleet
let contexts: unknown[]
let runId: string
let begunAt: number

/** A fleet whose job `billing` has run once, on request and after a failed attempt. */
beforeAll(async () => {
  fleet = createFleet()
  await fleet.bootLeader(
    {
      billing: {
        schedule: null,
        retries: 1,
        backoff: [20 * SECOND],
        action: (_, { attempt, log, ...context }) => {
          contexts.push({ month: context['month'] })
          log('reads the orders', { attempt })
          if (attempt === 1) throw new Error('no such customer')
          return { sent: 3 }
        },
      },
      failing: {
        schedule: null,
        action: () => Promise.reject(new Error('no such customer', { cause: new RangeError('17') })),
      },
      idle: { schedule: null, action: () => undefined },
      patient: {
        schedule: null,
        action: async (_, { log, signal }) => {
          begunAt = fleet.clock.now()
          log('begins')
          await fleet.clock.sleep(40 * SECOND, signal)
        },
      },
    },
    { prefix: 's3sched/' },
  )
  contexts = []
  const { stdout } = await run('run', 'billing', '--context', '{"month":"2026-01"}')
  runId = /Requested: run (\S+)\./.exec(stdout)?.[1] ?? ''
})

beforeEach(() => {
  contexts = []
})

afterAll(() => fleet.stopAll())

const at = (options: Partial<TerminalOptions>, ...words: string[]): Promise<Ended> =>
  runWords(words, {
    clock: fleet.clock,
    store: fleet.store,
    env: { S3SCHED_STORE: 's3://bucket', NO_COLOR: '1' },
    ...options,
  })
const run = (...words: string[]): Promise<Ended> => at({}, ...words)
const json = async (...words: string[]): Promise<unknown> => JSON.parse((await run(...words, '--json')).stdout)

describe('a run by its id', () => {
  it('is shown as requested, as running with its failed attempts, and as ended', async () => {
    expect(await json('show', runId)).toMatchObject({ state: 'requested', job: 'billing', request: { id: runId } })
    await fleet.clock.advance(16 * SECOND)
    expect(await json('show', runId)).toMatchObject({
      state: 'running',
      run: { runId, context: { month: '2026-01' }, retryAfter: { attempt: 1, error: 'no such customer' } },
    })
    expect((await run('logs', 'billing')).stdout).toMatch(
      /running, claimed .*; attempt 1 failed: no such customer; the/,
    )
    const followed = await runWhile(fleet.clock, run('logs', runId, '--follow'))
    expect(withoutIds(followed.stdout)).toMatchSnapshot('logs -f')
    expect((await run('show', runId)).stdout).toMatch(/^billing {2}success\n/)
    expect(withoutIds((await run('show', runId)).stdout).replaceAll(/ at .*/g, ' at …')).toMatchSnapshot('show')
    expect(await json('show', 'billing')).toMatchObject({ state: 'ended', run: { runId } })
  })

  it('that failed is shown with the stack and the causes of its error', async () => {
    await runWhile(fleet.clock, run('run', 'failing', '--wait'))
    const { stdout } = await run('show', 'failing')
    expect(stdout).toMatch(/^failing {2}failed\n/)
    expect(stdout).toMatch(
      /\nError\n {2}Error: no such customer\n {6}at .*\n[^]* {2}Caused by\n {2}RangeError: 17\n {6}at /,
    )
  })

  it('is found among the runs of its job, and among those of all', async () => {
    await runWhile(fleet.clock, run('run', 'billing', '--wait'))
    await runWhile(fleet.clock, run('run', 'billing', '--wait'))
    for (const words of [[], ['--job', 'billing']])
      expect(await json('show', runId, ...words)).toMatchObject({ state: 'ended', run: { runId } })
  })

  it('that is nowhere is no run', async () => {
    for (const command of ['show', 'logs', 'rerun']) {
      const { code, stderr } = await run(command, 'xyz')
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^s3sched: no run has the id 'xyz', and no job has this name/) as string,
      })
    }
    // The job exists, and so nothing is said of its name.
    expect((await run('show', 'xyz', '--job', 'idle')).stderr).toMatch(
      /^s3sched: no run of job 'idle' has the id 'xyz'\./,
    )
    expect((await run('show', 'idle')).stderr).toMatch(/job 'idle' has not run yet/)
    expect((await run('logs', 'idle')).stdout).toBe("Nothing of 'idle' has run.\n")
  })
})

describe('rerun', () => {
  it("asks for a run with the run's own context, or with another", async () => {
    expect(await runWhile(fleet.clock, run('rerun', runId, '--wait'))).toMatchObject({ code: 0 })
    await runWhile(fleet.clock, run('rerun', runId, '--context', '{"month":"2026-02"}', '--wait'))
    expect(contexts).toEqual(['2026-01', '2026-01', '2026-02', '2026-02'].map((month) => ({ month })))
  })
})

it('logs of a requested run show its lines while the run goes on', async () => {
  const requested = /Requested: run (\S+)\./.exec((await run('run', 'billing')).stdout)?.[1] ?? ''
  const enough = new AbortController()
  const at0 = fleet.clock.now()
  const seen: number[] = []
  const onWrite = (text: string): void => {
    if (!text.includes('reads the orders')) return
    seen.push(fleet.clock.now() - at0)
    enough.abort(new Interrupted('SIGINT'))
  }
  await runWhile(fleet.clock, at({ signal: enough.signal, onWrite }, 'logs', requested, '-f'))
  // The first attempt fails, and the second comes after 20 s.
  expect(seen[0]).toBeLessThan(20 * SECOND)
  await fleet.clock.advance(60 * SECOND)
})

it('logs of a job go on with each run, until a signal', async () => {
  const enough = new AbortController()
  let shown = ''
  const following = at(
    {
      signal: enough.signal,
      onWrite: (text) => {
        shown += text
        if (shown.split('success').length > 2) enough.abort(new Interrupted('SIGINT'))
      },
    },
    'logs',
    'billing',
    '-f',
    '-n',
    '1',
  )
  await run('run', 'billing')
  await runWhile(fleet.clock, following)
  const lines = shown.split('\n').map((line) => line.replace(/^\S+ \S+ {2}\S{22} {2}/, ''))
  expect(lines.filter((line) => !line.startsWith(' '))).toEqual([
    expect.stringMatching(/^success after /),
    expect.stringMatching(/^running, claimed .*; attempt 1 failed: no such customer; the next is in /),
    expect.stringMatching(/^success after 20s$/),
    '',
  ])
})

it('logs of a job show the first line of a later run within seconds', async () => {
  const enough = new AbortController()
  let seenAt = 0
  const onWrite = (text: string): void => {
    if (!text.includes('begins')) return
    seenAt = fleet.clock.now()
    enough.abort(new Interrupted('SIGINT'))
  }
  const following = at({ signal: enough.signal, onWrite }, 'logs', 'patient', '-f')
  await fleet.clock.advance(30 * SECOND)
  await run('run', 'patient')
  await runWhile(fleet.clock, following)
  expect(seenAt - begunAt).toBeLessThanOrEqual(4 * SECOND)
  await fleet.clock.advance(60 * SECOND)
})

it('watch shows the fleet again and again in the same place, within the screen', async () => {
  const enough = new AbortController()
  const frames: string[] = []
  const watching = at(
    {
      columns: 80,
      signal: enough.signal,
      onWrite: (text) => void (frames.push(text) > 3 && enough.abort(new Interrupted('SIGINT'))),
    },
    'watch',
    '--every',
    '1m',
  )
  const ended = await runWhile(fleet.clock, watching)
  expect(ended.code).toBe(0)
  for (const frame of frames.slice(1)) {
    expect(frame.startsWith('\u001B[H')).toBe(true)
    expect(frame.split('\n').length).toBeLessThanOrEqual(24)
  }
  expect(frames[1]).toContain('every 1m; Ctrl-C ends it')
  expect(frames[1]).toMatch(/^billing {2}waiting/m)
  expect(frames[2]).not.toBe(frames[1])
})
