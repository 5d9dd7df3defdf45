import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore, encodeDocument } from '@s3sched/store'
import { createManualClock } from '@s3sched/kernel/testing'
import { createFleet, type Fleet } from '../../plugin/test/fleet.ts'
import { Interrupted } from '../src/ending.ts'
import { runWords, type Ended } from './terminal.ts'

let fleet: Fleet
beforeEach(async () => {
  fleet = createFleet()
  await fleet.bootLeader({ billing: { schedule: '*/10 * * * *', action: () => undefined } }, { prefix: 's3sched/' })
})
afterEach(() => fleet.stopAll())

const run = (...words: string[]): Promise<Ended> =>
  runWords(words, { clock: fleet.clock, store: fleet.store, env: { S3SCHED_STORE: 's3://bucket' } })

describe('where nothing is', () => {
  const clock = createManualClock()

  const views = ['status', 'jobs', 'audit', 'history', 'cost']

  it.each(views)('%s says that the bucket is empty', async (command) => {
    const { code, stdout } = await runWords([command, 's3://bucket'], { clock, store: createMemoryStore() })
    expect(code).toBe(1)
    expect(stdout).toContain('nothing of s3sched lies in memory/s3sched/: it is empty.')
  })

  it.each(views)('%s says so in --json, and calls nothing sound', async (command) => {
    const { code, stdout } = await runWords([command, 's3://bucket', '--json'], { clock, store: createMemoryStore() })
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ store: 'memory/s3sched/', found: false })
    expect(stdout).not.toMatch(/"(?:sound|healthy)": ?true/)
  })

  it.each(['audit', 'history'])('%s of one job says so too', async (command) => {
    const { code, stdout } = await runWords([command, 'tidy', 's3://bucket'], { clock, store: createMemoryStore() })
    expect(code).toBe(1)
    expect(stdout).toContain('nothing of s3sched lies in memory/s3sched/')
  })

  it.each([
    ['', 'no job, no instance and no leader is here'],
    ['--json', '"found":false'],
  ])('watch %s says so, and calls nothing healthy', async (json, said) => {
    const enough = new AbortController()
    const onWrite = (): void => enough.abort(new Interrupted('SIGINT'))
    const words = ['watch', 's3://bucket', json].filter((word) => word !== '')
    const { stdout } = await runWords(words, { clock, store: createMemoryStore(), signal: enough.signal, onWrite })
    expect(stdout).toContain(said)
    expect(stdout).not.toMatch(/ healthy|"healthy": ?true/)
  })

  it.each(['ndjson', 'csv', 'parquet'])(
    'export as %s is an error, and writes nothing for the other program',
    async (format) => {
      const words = ['export', '--format', format, 's3://bucket']
      const { code, stderr, stdout } = await runWords(words, { clock, store: createMemoryStore() })
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain('nothing of s3sched lies in memory/s3sched/: it is empty.')
    },
  )

  it('says that the bucket belongs to somebody else', async () => {
    const store = createMemoryStore()
    await store.put('photos/1.json', encodeDocument({}, 'n'))
    const { stdout } = await runWords(['status', 's3://bucket'], { clock, store })
    expect(stdout).toContain('what is there belongs to another program')
  })

  it.each(['probe/x/0.json', 'probe-refused/x.json'])('says that a first start came to no end: %s', async (key) => {
    const store = createMemoryStore()
    await store.put(`s3sched/${key}`, encodeDocument({}, 'n'))
    const { code, stdout } = await runWords(['status', 's3://bucket'], { clock, store })
    expect(code).toBe(1)
    expect(stdout).toMatch(/nothing .* lies in memory\/s3sched\/ but objects of a first start .*'s3sched doctor'/)
  })

  it('history finds the application behind a thousand other keys', async () => {
    const idle = createFleet()
    await idle.bootLeader({}, { prefix: 's3sched/' })
    for (let photo = 0; photo < 1000; photo++) await idle.store.put(`photos/${photo}`, new Uint8Array())
    const { code, stdout } = await runWords(['history', 's3://bucket'], { clock: idle.clock, store: idle.store })
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'No runs.\n' })
    await idle.stopAll()
  })

  it.each(['jobs', 'status'])(
    '%s says of an application without jobs that it has none, and ends with 0',
    async (command) => {
      const idle = createFleet()
      await idle.bootLeader({}, { prefix: 's3sched/' })
      const { code, stdout } = await runWords([command, 's3://bucket'], { clock: idle.clock, store: idle.store })
      expect(stdout).toMatch(/No jobs/)
      expect(stdout).not.toMatch(/elsewhere|nothing of s3sched/)
      expect(code).toBe(0)
      await idle.stopAll()
    },
  )

  it.each(views)('%s finds the prefix that was meant', async (command) => {
    const { code, stdout } = await run(command, '--prefix', 'other')
    expect(code).toBe(1)
    expect(stdout).toContain(
      "nothing of s3sched lies in memory/other/, but there is something elsewhere: try --prefix 's3sched/'",
    )
  })
})
