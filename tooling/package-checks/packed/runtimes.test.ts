import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, inject, it } from 'vitest'
import { runProgram } from '../src/run-program.ts'
import { nodes, others } from '../src/runtimes.ts'

const { folder: consumer } = inject('consumer')

/** Leads, starts a tick, runs by hand with a retry and a chain, stops, and reads the bucket. */
const STORY = `
  import { audit, SchedulerPlugin } from '@s3sched/plugin'
  const [store] = process.argv.slice(2)
  const scheduler = new SchedulerPlugin({
    store,
    skipColdStart: true,
    logger: { debug() {}, info() {}, warn() {}, error: console.error },
    jobs: {
      secondly: { schedule: '* * * * * *', action: () => 'ticked' },
      flaky: {
        schedule: null,
        retries: 1,
        backoff: [10],
        action: (_, { attempt }) => {
          if (attempt === 1) throw new Error('once more')
          return 'attempt ' + attempt
        },
      },
      next: { schedule: null, after: 'flaky', action: () => 'chained' },
    },
  })
  const completed = (name) => new Promise((resolve) => {
    scheduler.on('jobCompleted', ({ jobName, result }) => jobName === name && resolve(result))
  })
  const ends = [completed('secondly'), completed('next')]
  await scheduler.start()
  console.log(await scheduler.runJob('flaky'))
  for (const end of ends) console.log(await end)
  await scheduler.stop()
  const [{ doubled, lost, ran, unaccounted }] = await audit(store)
  console.log(JSON.stringify({ ran: ran > 0, doubled, lost, unaccounted }))`

const TOLD = ['attempt 2', 'ticked', 'chained', '{"ran":true,"doubled":0,"lost":0,"unaccounted":0}']

for (const { args, program, title } of [...nodes, ...others]) {
  it.skipIf(program === undefined)(`a scheduler leads, ticks, retries, chains and stops under ${title}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 's3sched-runtime-'))
    try {
      const story = join(consumer, 'story.mjs')
      await writeFile(story, STORY)
      const line = [...args, story, pathToFileURL(folder).href]
      const { code, output } = await runProgram(program ?? '', line, { cwd: consumer })
      expect(output.trim().split('\n')).toEqual(TOLD)
      expect(code).toBe(0)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}
