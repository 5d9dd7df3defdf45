import { expect, inject, it } from 'vitest'
import { modulesLoadedBy } from '../src/loaded-modules.ts'
import { outputOf } from '../src/run-program.ts'

const { folder: cwd } = inject('consumer')

const VALIDATION = /\/(fastest-validator|sift)\//

it('a database loads what checks documents and filters when it connects, and not before', async () => {
  const make =
    "const { Database } = await import('@s3sched/plugin')\nconst db = new Database({ connectionString: 'memory://lazy' })"
  expect((await modulesLoadedBy(make, cwd)).filter((url) => VALIDATION.test(url))).toEqual([])
  const connected = await modulesLoadedBy(`${make}\nawait db.connect()\nawait db.disconnect()`, cwd)
  expect(connected.filter((url) => VALIDATION.test(url))).not.toEqual([])
})

/** The packages that work on an open store, and nowhere else. */
const AT_WORK = /\/@s3sched\/(coordinator|ledger|lock|history\/dist\/(index|archive|segments)|jobs\/dist\/bucket)/

it('an import and a new scheduler load no code that works on a store, and a start does', async () => {
  const make = `
    const { createScheduler } = await import('@s3sched/plugin')
    const jobs = { job: { schedule: '0 * * * *', action() {} } }
    const scheduler = createScheduler({ store: 'memory://lazy-engine', jobs, skipColdStart: true })`
  expect((await modulesLoadedBy(make, cwd)).filter((url) => AT_WORK.test(url))).toEqual([])
  const started = await modulesLoadedBy(`${make}\nawait scheduler.start()\nawait scheduler.stop()`, cwd)
  expect(started.filter((url) => AT_WORK.test(url)).length).toBeGreaterThan(5)
})

/** Parts of Node that an idle instance has no use for, and that take 1 to 2 MiB of its memory. */
const UNUSED_PARTS = ['perf_hooks', 'worker_threads', 'internal/util/diff', 'internal/util/parse_args/parse_args']

it('a started scheduler has loaded no part of Node that takes memory and is not used', async () => {
  const script = `
    const { createScheduler } = await import('@s3sched/plugin')
    const jobs = { job: { schedule: '0 * * * *', action() {} } }
    const scheduler = createScheduler({ store: 'memory://parts', jobs, skipColdStart: true })
    await scheduler.start()
    const loaded = () => ${JSON.stringify(UNUSED_PARTS)}.filter((part) => process.moduleLoadList.includes('NativeModule ' + part))
    console.log(JSON.stringify(loaded()))
    await scheduler.stop()
    await Promise.all([import('node:util'), import('node:perf_hooks'), import('node:worker_threads')])
    console.log(loaded().length)`
  const output = await outputOf(process.execPath, ['--input-type=module', '-e', script], cwd)
  // Node lists the parts under these names, so the test would see them.
  expect(output.trim().split('\n').slice(-2)).toEqual(['[]', `${UNUSED_PARTS.length}`])
})

it('an expression asks for no language, whose data Node would read for it', async () => {
  const script = `
    const asked = []
    Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, {
      construct(target, args) {
        asked.push(args)
        return new target(...args)
      },
    })
    const { parseSchedule } = await import('@s3sched/cron')
    parseSchedule('*/5 3 1 1 1').next(Date.UTC(2026, 0, 1))
    console.log(JSON.stringify(asked))
    parseSchedule('0 3 * * *', { timezone: 'Europe/Berlin' })
    console.log(asked.length)`
  const output = await outputOf(process.execPath, ['--input-type=module', '-e', script], cwd)
  // A zone does ask, so the test would see it.
  expect(output).toBe('[]\n1\n')
})

it('the AWS SDK is loaded by require, for which Node reads its text once', async () => {
  const script = `
    import { registerHooks } from 'node:module'
    const ways = {}
    registerHooks({
      load(url, { conditions }, next) {
        const name = /@aws-sdk.client-s3|@smithy.node-http-handler/.exec(url)?.[0]
        if (name !== undefined) (ways[name.replace('+', '/')] ??= []).push(conditions.find((one) => one === 'import' || one === 'require'))
        return next(url)
      },
    })
    const { openStore } = await import('@s3sched/store')
    const store = openStore('s3://key:secret@bucket?region=us-east-1&endpoint=http://127.0.0.1:1')
    await store.get('key', { timeoutMs: 500 }).catch(() => undefined)
    await store.close()
    console.log(JSON.stringify(ways))`
  const output = await outputOf(process.execPath, ['--input-type=module', '-e', script], cwd)
  expect(JSON.parse(output)).toEqual({ '@aws-sdk/client-s3': ['require'], '@smithy/node-http-handler': ['require'] })
})
