import { afterAll, beforeAll, expect, it } from 'vitest'
import { runWords, type Ended } from './terminal.ts'
import { seedFleet, type SeededFleet } from './seeded-fleet.ts'

let seeded: SeededFleet

beforeAll(async () => {
  seeded = await seedFleet()
})

afterAll(() => seeded.fleet.stopAll())

const run = (words: readonly string[]): Promise<Ended> => {
  const { fleet, store } = seeded
  return runWords([...words, '--json'], { clock: fleet.clock, store, env: { S3SCHED_STORE: 's3://bucket' } })
}

const ID = expect.stringMatching(/^[\w-]{22}$/) as string
const STORE = 'memory/s3sched/'
const SHAPES: readonly [readonly string[], object][] = [
  [['run', 'billing', '--dry-run'], { job: 'billing', outcome: 'planned' }],
  [['run', 'billing'], { job: 'billing', outcome: 'requested', runId: ID, run: null }],
  [['cancel', 'billing'], { job: 'billing', outcome: 'nothing-runs', runs: [], requestId: null }],
  [['cancel', 'slow'], { job: 'slow', outcome: 'requested', runs: [ID], requestId: ID }],
  [['pause', 'notify'], { job: 'notify', before: 'active', outcome: 'changed' }],
  [['resume', 'notify'], { job: 'notify', before: 'paused', outcome: 'changed' }],
  [['resume', 'notify', '--dry-run'], { job: 'notify', before: 'active', outcome: 'planned' }],
  [['prune', '--older-than', '30d'], { outcome: 'pruned', policy: expect.any(Object) as object, runs: 0, objects: 0 }],
]

it.each(SHAPES)('%j prints one document, and nothing else', async (words, fields) => {
  const { stderr, stdout } = await run(words)
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({ v: 1, command: words[0], store: STORE, ...fields })
})

it('next and completion need no store, and name none', async () => {
  const next = JSON.parse((await run(['next', '@daily', '-n', '1'])).stdout) as object
  expect(next).toEqual({
    v: 1,
    command: 'next',
    expression: '@daily',
    timezone: 'UTC',
    ticks: [{ at: Date.UTC(2026, 0, 6), moved: false }],
    clockChanges: [],
  })
  const completion = JSON.parse((await run(['completion', 'fish'])).stdout) as object
  expect(completion).toMatchObject({ v: 1, command: 'completion', shell: 'fish' })
})

it('job tells how late it starts', async () => {
  const { lag } = JSON.parse((await run(['job', 'billing'])).stdout) as { lag: unknown }
  expect(lag).toEqual({ count: 6, p50Ms: 0, p95Ms: 0, longestMs: 0 })
})

it('export prints a record a line', async () => {
  const lines = (await run(['export', 'cleanup'])).stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(4)
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ job: 'cleanup', status: 'failed' })
})

it('an error is a document on standard error, with its code and the exit code', async () => {
  const { code, stderr, stdout } = await run(['job', 'biling'])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(JSON.parse(stderr)).toEqual({
    v: 1,
    error: {
      code: 'JOB_NOT_FOUND',
      message: "Job 'biling' not found. Did you mean 'billing'?",
      suggestion: "Did you mean 'billing'?",
      exitCode: 1,
    },
  })
})
