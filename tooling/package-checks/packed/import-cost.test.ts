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
