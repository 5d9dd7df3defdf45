import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

/** Runs `code` in a separate process, and returns the packages of the Parquet library that the process has loaded. */
async function loadedBy(code: string): Promise<string[]> {
  const script = `
    import { registerHooks } from 'node:module'
    const loaded = new Set()
    registerHooks({
      resolve(specifier, context, next) {
        if (/^hyparquet(-writer)?$/.test(specifier)) loaded.add(specifier)
        return next(specifier, context)
      },
    })
    const { createHistory, recordRuns } = await import('@s3sched/history')
    const { archiveSegments, createArchive } = await import('@s3sched/history/archive')
    const { createMemoryStore } = await import('@s3sched/store')
    const store = createMemoryStore()
    const archive = createArchive({ store })
    await createHistory({ store, archive }).list()
    await archiveSegments({ store })
    ${code}
    console.log(JSON.stringify([...loaded]))
  `
  const args = ['--conditions=@s3sched/source', '--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname })
  return JSON.parse(stdout) as string[]
}

it('loads the Parquet library by the first file, and not by a query or a pass without one', async () => {
  expect(await loadedBy('')).toEqual([])
  const run = `{ runId: 'a', job: 'report', status: 'success', scheduledTime: 1, startedAt: 1, endedAt: 2, durationMs: 1,
    attempts: [], trigger: 'schedule', workerId: 'w' }`
  const loaded = await loadedBy(`await recordRuns(store, [${run}]); await archiveSegments({ store })`)
  expect(loaded.toSorted()).toEqual(['hyparquet', 'hyparquet-writer'])
})
