import { expect, it } from 'vitest'
import { createMemoryStore } from '@s3sched/store/testing'
import type { ObjectStore } from '@s3sched/store'
import { aRun } from '../../test/records.ts'
import { changeRareRuns, rareFileOf, readRareRuns, type RareFile } from './rare-runs.ts'

const turn = (): Promise<void> => Promise.resolve()

async function fileOf(key: string, runs = 1): Promise<RareFile> {
  const rows = Array.from({ length: runs }, (_, n) => n)
  const jobs = { rare: new Map([['report', rows]]), frequent: [] }
  const file = await rareFileOf(key, jobs, (row) => aRun({ runId: `${key}-${row}` }), turn)
  if (file === undefined) throw new Error('the file is too large')
  return file
}

async function coveredBy(store: ObjectStore): Promise<readonly string[]> {
  const copy = await readRareRuns(store, 0, {})
  return (copy?.files ?? []).map(({ key }) => key).toSorted()
}

it('keeps the days of two archivers that write the object at the same time', async () => {
  const store = createMemoryStore()
  await changeRareRuns({ store, turn }, 0, { added: [await fileOf('a')], gone: [] }, {})
  const changes = ['b', 'c', 'd'].map(async (key) =>
    changeRareRuns({ store, turn }, 0, { added: [await fileOf(key)], gone: [] }, {}),
  )
  await Promise.all([...changes, changeRareRuns({ store, turn }, 0, { added: [], gone: ['a'] }, {})])
  expect(await coveredBy(store)).toEqual(['b', 'c', 'd'])
})

it('reads a copy of many turns whole', async () => {
  const store = createMemoryStore()
  await changeRareRuns({ store, turn }, 0, { added: [await fileOf('a', 2000), await fileOf('b', 3)], gone: [] }, {})
  const copy = await readRareRuns(store, 0, {})
  const problems: string[] = []
  const runs = copy?.runs(['report'], (problem) => problems.push(problem)) ?? []
  expect(problems).toEqual([])
  expect(runs).toHaveLength(2003)
  expect(runs.at(-1)).toMatchObject({ key: 'b', run: { runId: 'b-2' } })
})

it('says that it is not known whether the copy was written, and deletes nothing of it', async () => {
  const store = createMemoryStore()
  const unclear: ObjectStore = {
    ...store,
    put: async () => ({ outcome: 'unknown', cause: new Error('no answer (on purpose)') }),
  }
  const change = changeRareRuns({ store: unclear, turn }, 0, { added: [await fileOf('a')], gone: [] }, {})
  await expect(change).rejects.toThrow(/it is not known whether rare\/1970-01-01.ndjson.gz was written/)
})
