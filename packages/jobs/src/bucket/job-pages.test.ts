import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store/testing'
import { expect, it } from 'vitest'
import { spec } from '../../test/minutely-spec.ts'
import { newJob } from '../record/job-changes.ts'
import { SchedulerError } from '../scheduler-error.ts'
import { findOldLayout, openJobPages, refuseOldLayout } from './job-pages.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

function open() {
  const clock = createManualClock()
  const store = createMemoryStore({ clock })
  const deps = { store, clock, random: createSeededRandom(1) }
  const pages = openJobPages(deps, { writer: 'w', leastDepth: 0, restore: (record) => record })
  return { pages, store }
}

it('finds no earlier layout in an empty bucket, and none in a bucket with pages', async () => {
  const { pages, store } = open()
  await expect(refuseOldLayout(store)).resolves.toBeUndefined()
  await pages.change('job', () => ({ do: 'write', record: newJob(spec, 'hash', 1000) }))
  expect(await findOldLayout(store)).toBeUndefined()
})

it('refuses a bucket with an object for each job, and names the object', async () => {
  const { store } = open()
  await store.put('jobs/report.json', text('{"v":1}'))
  expect(await findOldLayout(store)).toBe('jobs/report.json')
  const refused = refuseOldLayout(store).catch((error: unknown) => error)
  expect(await refused).toBeInstanceOf(SchedulerError)
  expect(await refused).toMatchObject({ code: 'OLD_LAYOUT', context: { key: 'jobs/report.json' } })
})

it('finds the object of a job where the store answers a list in short pages', async () => {
  const { store } = open()
  await store.put('jobs/report.json', text('{"v":1}'))
  const list: typeof store.list = async function* (prefix, options) {
    yield { objects: [] }
    yield* store.list(prefix, options)
  }
  expect(await findOldLayout({ ...store, list })).toBe('jobs/report.json')
})

it('does not take a job named as a folder of the pages for an earlier layout', async () => {
  const { pages, store } = open()
  await pages.change('pages', () => ({ do: 'write', record: newJob(spec, 'hash', 1000) }))
  expect(await findOldLayout(store)).toBeUndefined()
})

it('reads no record under a name that no job can have, and none without the fields of a job', async () => {
  const { pages, store } = open()
  await pages.change('good', () => ({ do: 'write', record: newJob(spec, 'hash', 1000) }))
  const got = await store.get('jobs/pages/root.json')
  const body = got.outcome === 'found' ? new TextDecoder().decode(got.body) : ''
  const line = /"good":(.*)/.exec(body)?.[1] ?? ''
  await store.put('jobs/pages/root.json', text(body.replace('"good":', `"a\\nb":${line},\n"empty":{},\n"good":`)))
  expect(await pages.get('good', { isFresh: true })).toMatchObject({ outcome: 'read' })
  expect(await pages.get('a\nb')).toMatchObject({ outcome: 'unreadable', problem: 'no job can have that name' })
  expect(await pages.get('empty')).toMatchObject({ outcome: 'unreadable' })
})
