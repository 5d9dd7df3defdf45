import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFaultyStore } from '@s3sched/store/testing'
import { putRuns } from '@s3sched/jobs/testing'
import { createSeededRandom } from '@s3sched/kernel/testing'
import { createLock } from '@s3sched/lock'
import { listAll, scopeStore, encodeDocument } from '@s3sched/store'
import { createFleet, MINUTE, SECOND, type Fleet, type Instance } from '../../plugin/test/fleet.ts'
import { runWhile, runWords, type Ended } from './terminal.ts'

let fleet: Fleet
let leader: Instance
const seen: unknown[] = []
beforeEach(async () => {
  seen.length = 0
  fleet = createFleet()
  leader = await fleet.bootLeader(
    {
      billing: { schedule: '*/10 * * * *', action: (_, context) => void seen.push(context['month']) },
      failing: { schedule: null, action: () => Promise.reject(new Error('no such customer')) },
      slow: {
        schedule: null,
        timeout: 0,
        action: (_, { signal }) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      },
    },
    { prefix: 's3sched/' },
  )
})
afterEach(() => fleet.stopAll())

const run = (...words: string[]): Promise<Ended> =>
  runWords(words, { clock: fleet.clock, store: fleet.store, env: { S3SCHED_STORE: 's3://bucket' } })

const etags = async (): Promise<unknown> => (await listAll(fleet.store, '')).map(({ etag, key }) => [key, etag])

describe('pause and resume', () => {
  it('say what they do, and stop and start the ticks of the whole fleet', async () => {
    expect(await run('pause', 'billing')).toMatchObject({ code: 0, stderr: '' })
    await fleet.clock.advance(30 * MINUTE)
    expect(seen).toHaveLength(0)
    const again = await run('pause', 'billing')
    expect(again).toMatchObject({ code: 0 })
    expect(again.stdout).toContain('It was paused already.')
    const resumed = await run('resume', 'billing')
    expect(resumed.stdout).toBe(
      "Resumes job 'billing' in memory/s3sched/. Its ticks count from now on; those of the pause are not caught up.\n" +
        'Resumed. The leader notices within 15 s.\n',
    )
    await fleet.clock.advance(20 * MINUTE)
    expect(seen).toHaveLength(2)
  })

  it('say with --json what was and what became of it', async () => {
    const { stdout } = await run('pause', 'billing', '--json')
    expect(JSON.parse(stdout)).toEqual({
      v: 1,
      command: 'pause',
      store: 'memory/s3sched/',
      job: 'billing',
      before: 'active',
      outcome: 'changed',
    })
  })
})

it.each([
  ['pause', 'billing'],
  ['resume', 'billing'],
  ['run', 'billing'],
  ['cancel', 'billing'],
  ['prune', '--older-than', '1d'],
])('%s %s writes nothing with --dry-run, and says what it would do', async (...words) => {
  const before = await etags()
  const { stderr, stdout } = await run(...words, '--dry-run')
  expect(stderr).toBe('')
  expect(stdout).toContain('memory/s3sched/')
  expect(stdout).not.toMatch(/^Deletes/)
  expect(await etags()).toEqual(before)
})

describe('run', () => {
  it('has the leader run the job, with the context given', async () => {
    const { code, stdout } = await run('run', 'billing', '--context', '{"month":"2026-01"}')
    expect(code).toBe(0)
    await fleet.clock.advance(20 * SECOND)
    expect(seen).toEqual(['2026-01'])
    const runId = /Requested: run (\S+)\./.exec(stdout)?.[1]
    const { runs } = JSON.parse((await run('history', 'billing', '--json')).stdout) as { runs: unknown[] }
    expect(runs).toMatchObject([{ runId, trigger: 'request', status: 'success' }])
  })

  it('waits for the end, and ends as the run did', async () => {
    const fine = await runWhile(fleet.clock, run('run', 'billing', '--wait'))
    expect(fine).toMatchObject({ code: 0 })
    expect(fine.stdout).toMatch(/Ended: success, took \d+ms\.\n$/)
    const failed = await runWhile(fleet.clock, run('run', 'failing', '--wait'))
    expect(failed).toMatchObject({ code: 1 })
    expect(failed.stdout).toMatch(/Ended: failed, took \d+ms: no such customer\.\n$/)
    const slow = await runWhile(fleet.clock, run('run', 'slow', '--wait', '1m'))
    expect(slow).toMatchObject({ code: 1 })
    expect(slow.stdout).toContain('It has not ended within 1m')
  })

  it('says that the request waits where nobody leads', async () => {
    await leader.scheduler.stop({ timeout: 0 })
    expect((await run('run', 'billing')).stdout).toContain('Nobody leads now: the request waits for the next leader.')
  })
})

describe('cancel', () => {
  it('ends what runs', async () => {
    await run('run', 'slow')
    await fleet.clock.advance(20 * SECOND)
    const { code, stdout } = await run('cancel', 'slow')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Tells \S+ of job 'slow' in memory\/s3sched\/ to end\.\nRequested\./)
    await fleet.clock.advance(20 * SECOND)
    expect((await run('history', 'slow')).stdout).toContain('cancelled')
  })

  it('writes nothing when nothing runs, and ends with 1', async () => {
    const before = await etags()
    expect(await run('cancel', 'billing')).toMatchObject({ code: 1 })
    expect(await etags()).toEqual(before)
  })
})

it('prunes what is older than it was told, and nothing else', async () => {
  const old = {
    job: 'billing',
    status: 'success',
    durationMs: 0,
    attempts: [],
    trigger: 'manual',
    workerId: 'w',
  } as const
  const at = fleet.clock.now()
  const runs = ['x', 'y', 'z'].map((runId) => ({ ...old, runId, scheduledTime: at, endedAt: at }))
  await putRuns(scopeStore(fleet.store, 's3sched/'), runs)
  await fleet.clock.advance(65 * MINUTE)
  expect((await run('prune', '--older-than', '30m')).stdout).toContain('Deleted 3 runs in 1 object.')
  const left = JSON.parse((await run('history', 'billing', '--json')).stdout) as { runs: unknown[] }
  expect(left.runs).toHaveLength(6)
})

it('exports every run, in both formats', async () => {
  await fleet.clock.advance(25 * MINUTE)
  const { stdout } = await run('export')
  const records = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  expect(records).toMatchObject([{ job: 'billing', status: 'success' }, { job: 'billing' }])
  const csv = (await run('export', 'billing', '--format', 'csv')).stdout.split('\r\n')
  expect(csv[0]).toMatch(/^runId,job,status,/)
  expect(csv).toHaveLength(4)
})

it('follows the runs as they end, until it is told to stop', async () => {
  await fleet.clock.advance(15 * MINUTE)
  const enough = new AbortController()
  let shown = ''
  const following = runWords(['history', 'billing', '--follow', 's3://bucket'], {
    clock: fleet.clock,
    store: fleet.store,
    signal: enough.signal,
    onWrite: (text) => {
      shown += text
      if (shown.split('\n').length > 3) enough.abort(new Error('the test has seen enough'))
    },
  })
  const ended = await runWhile(fleet.clock, following)
  expect(ended.stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^2026-01-05 12:10:00Z {2}success/),
    expect.stringMatching(/^2026-01-05 12:20:00Z {2}success/),
    expect.stringMatching(/^2026-01-05 12:30:00Z {2}success/),
  ])
})

it('follows on when the store was away for a while, and says so', async () => {
  const network = createFaultyStore(fleet.store, { clock: fleet.clock, random: createSeededRandom(5) })
  const enough = new AbortController()
  const following = runWords(['history', '--follow', 's3://bucket'], {
    clock: fleet.clock,
    store: network.store,
    signal: enough.signal,
    onWrite: () => enough.abort(new Error('the test has seen enough')),
  })
  await fleet.clock.advance(MINUTE)
  network.partition('requests')
  await fleet.clock.advance(MINUTE)
  network.heal()
  const ended = await runWhile(fleet.clock, following)
  expect(ended.stdout).toMatch(/^2026-01-05 12:10:00Z {2}success/)
  expect(ended.stderr).toMatch(/^s3sched: .*; looking on\n/)
})

describe('locks', () => {
  it('tells who holds one, who fell silent, and what cannot be read', async () => {
    const store = scopeStore(fleet.store, 's3sched/')
    const options = { clock: fleet.clock, random: createSeededRandom(4), holder: 'web-1', ttlMs: 60_000 }
    const network = createFaultyStore(store, { clock: fleet.clock, random: createSeededRandom(5) })
    await createLock(network.store, 'dead', options).acquire()
    await createLock(store, 'deploy', options).acquire()
    network.partition('requests')
    await store.put('locks/odd.json', encodeDocument({ holder: 1 }, 'n'))
    await fleet.clock.advance(5 * MINUTE)
    const { code, stdout } = await run('locks')
    expect(code).toBe(1)
    expect(stdout).toMatchSnapshot()
  })
})

it('tells an unknown job from one that has not run', async () => {
  expect(await run('history', 'biling')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: "s3sched: Job 'biling' not found. Did you mean 'billing'?\n",
  })
  for (const words of [['export'], ['history', '--json'], ['history', '--follow']]) {
    const { code, stderr, stdout } = await run(...words, 'biling')
    expect({ code, stdout }, words[0]).toEqual({ code: 1, stdout: '' })
    expect(stderr, words[0]).toMatch(/Job 'biling' not found/)
  }
  expect(await run('export', 'slow')).toMatchObject({ code: 0, stdout: '' })
  expect(await run('history', 'slow')).toMatchObject({ code: 0, stdout: "No runs of job 'slow'.\n" })
})
