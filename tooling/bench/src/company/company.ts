/**
 * The bucket of a company: 500 jobs, 120,100 runs a day, 90 days of history. A day of the archive is made at the
 * first read; until then a LIST tells name and size alone. So the bucket costs no more time than its readers.
 */
import type { RunRecord } from '@s3sched/history'
import { archiveSegments, parquetOf } from '@s3sched/history/archive'
import { flushPage, pageOutcome } from '@s3sched/history/segments'
import { SchedulerPlugin } from '@s3sched/plugin'
import { systemClock, type Clock } from '@s3sched/kernel'
import { createManualClock } from '@s3sched/kernel/testing'
import { listAll, scopeStore, type ObjectStore } from '@s3sched/store'
import { createMemoryStore } from '@s3sched/store/testing'
import { fleetRun } from '../archive/fleet.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const MINUTE = 60_000

export const DAYS = 90
/** The keys of one answer. */
const PER_LIST = 1000

interface Group {
  readonly name: string
  readonly jobs: number
  readonly everyMs: number
  readonly schedule: string
}

const GROUPS: readonly Group[] = [
  { name: 'minutely', jobs: 80, everyMs: MINUTE, schedule: '* * * * *' },
  { name: 'hourly', jobs: 200, everyMs: HOUR, schedule: '0 * * * *' },
  { name: 'daily', jobs: 100, everyMs: DAY, schedule: '0 0 * * *' },
  { name: 'yearly', jobs: 120, everyMs: 365 * DAY, schedule: '0 0 1 1 *' },
]

const nameOf = ({ name }: Group, n: number): string => `${name}-${n}`

function runsBetween(from: number, to: number): RunRecord[] {
  const runs: RunRecord[] = []
  for (const group of GROUPS.slice(0, 3)) {
    for (let tick = Math.ceil(from / group.everyMs) * group.everyMs; tick < to; tick += group.everyMs)
      for (let n = 0; n < group.jobs; n += 1) runs.push(runAt(nameOf(group, n), tick))
  }
  return runs.toSorted((a, b) => a.scheduledTime - b.scheduledTime)
}

/** Each day has the same runs, so that the name of a file is known before the file is. */
function runAt(job: string, tick: number): RunRecord {
  const [day, time] = [Math.floor(tick / DAY), tick % DAY]
  const run = fleetRun(job, time)
  const shift = day * DAY
  return {
    ...run,
    runId: `${run.runId.slice(0, 18)}${day.toString(36).padStart(4, '0')}`,
    scheduledTime: tick,
    startedAt: (run.startedAt ?? 0) + shift,
    endedAt: run.endedAt + shift,
    attempts: run.attempts.map((attempt) => ({ ...attempt, startedAt: attempt.startedAt + shift })),
  }
}

/** The files that the archive of some runs would be. */
async function archived(runs: readonly RunRecord[], now: number): Promise<ReadonlyMap<string, Uint8Array>> {
  const manual = createManualClock(now)
  const clock: Clock = { ...systemClock, now: () => manual.now() }
  const store = createMemoryStore({ clock: manual })
  for (let from = 0; from < runs.length; from += 700)
    await flushPage(store, { page: 'root', outcomes: runs.slice(from, from + 700).map(pageOutcome) })
  const deps = { store, clock, random: { float: () => 0.5, id: () => 'company' } }
  await archiveSegments(deps)
  // A day of several sets becomes one in the next night.
  await manual.advance(DAY)
  await archiveSegments(deps)
  const files = new Map<string, Uint8Array>()
  for (const { key } of await listAll(store, 'history/')) {
    const got = await store.get(key)
    if (got.outcome === 'found') files.set(key, got.body)
  }
  return files
}

const keyOf = ({ job }: RunRecord): string => `${job.startsWith('minutely') ? 0 : 1} ${job}`

/** As the archive orders runs: the busy jobs first. */
function inOrder(runs: readonly RunRecord[]): RunRecord[] {
  return runs.toSorted((a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)]
    return one === other ? a.scheduledTime - b.scheduledTime : one < other ? -1 : 1
  })
}

const isIn = (key: string, status: string): boolean => key.includes('outcome=success') === (status === 'success')

async function fileOf(runs: readonly RunRecord[]): Promise<Uint8Array> {
  async function* each(): AsyncGenerator<RunRecord> {
    yield* runs
  }
  const parts: Uint8Array[] = []
  for await (const part of parquetOf(each())) parts.push(part)
  return Buffer.concat(parts)
}

/** A longer file: the bytes before the footer are no part of anything. */
function padded(body: Uint8Array, size: number): Uint8Array {
  const footer = new DataView(body.buffer, body.byteOffset).getUint32(body.byteLength - 8, true) + 8
  const longer = new Uint8Array(size)
  longer.set(body.subarray(0, body.byteLength - footer))
  longer.set(body.subarray(body.byteLength - footer), size - footer)
  return longer
}

export interface Company {
  readonly store: ObjectStore
  /** The definitions of the application. */
  readonly jobs: Readonly<Record<string, { readonly schedule: string; readonly action: () => undefined }>>
  readonly now: number
  /** Makes the files of the last days, so that a measurement does not. */
  readonly prepare: (days: number) => Promise<void>
}

const dayName = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10)

/** @param clock - of the store, and of the start that defines the jobs */
export async function createCompany(clock: Clock = systemClock): Promise<Company> {
  const now = clock.now()
  const today = Math.floor(now / DAY)
  const memory = createMemoryStore({ clock })
  const jobs = Object.fromEntries(
    GROUPS.flatMap((group) =>
      Array.from({ length: group.jobs }, (_, n) => [
        nameOf(group, n),
        { schedule: group.schedule, action: () => undefined, description: 'One of the jobs of a company' },
      ]),
    ),
  )
  const scheduler = new SchedulerPlugin({
    store: scopeStore(memory, 's3sched/'),
    prefix: '',
    jobs,
    clock,
    skipColdStart: true,
    handleSignals: false,
  })
  await scheduler.start()
  await scheduler.stop({ timeout: 0 })
  const place = scopeStore(memory, 's3sched/')
  // The present day: the last pass of the archive was up to an hour ago, and a page collects for ten minutes.
  const until = Math.floor(now / MINUTE) * MINUTE
  const fresh = Math.max(today * DAY, until - (7 / 6) * HOUR)
  for (const [key, body] of await archived(runsBetween(today * DAY, fresh), now)) await place.put(key, body)
  // Each class has segments of its own: 256 KiB are 650 successes, and the failures of an hour are fewer.
  const recent = runsBetween(fresh, until)
  for (const isFine of [true, false]) {
    const runs = recent.filter(({ status }) => (status === 'success') === isFine)
    for (let from = 0; from < runs.length; from += 650)
      await flushPage(place, { page: 'root', outcomes: runs.slice(from, from + 650).map(pageOutcome) })
  }

  const template = await archived(runsBetween((today - 1) * DAY, today * DAY), now)
  const names = [...template.keys()]
  const sizes = names.map((key) => Math.ceil((template.get(key)?.byteLength ?? 0) * 1.05))
  const days = new Map<number, Promise<readonly Uint8Array[]>>()
  const filesOf = (day: number): Promise<readonly Uint8Array[]> => {
    let made = days.get(day)
    if (made === undefined) {
      const runs = inOrder(runsBetween(day * DAY, (day + 1) * DAY))
      made = Promise.all(
        names.map(async (key, at) =>
          padded(await fileOf(runs.filter(({ status }) => isIn(key, status))), sizes[at] ?? 0),
        ),
      )
      days.set(day, made)
    }
    return made
  }
  // Each day has the same jobs and the same number of runs, and the filter of jobs has the name of the set as its salt.
  const ofDay = (day: number): string[] =>
    names.map((key) =>
      `s3sched/${key}`
        .replace(dayName(today - 1), dayName(day))
        .replace(/\.(\d{13})\.(\d{13})\./, (_, newest: string, oldest: string) => {
          const shift = (day - today + 1) * DAY
          return `.${Number(newest) + shift}.${Number(oldest) + shift}.`
        }),
    )
  const places = new Map<string, { readonly day: number; readonly at: number }>()
  for (let day = today - DAYS; day < today; day += 1)
    for (const [at, key] of ofDay(day).entries()) places.set(key, { day, at })
  const computed = [...places.keys()].toSorted()

  const store: ObjectStore = {
    ...memory,
    async get(key, options = {}) {
      const found = places.get(key)
      if (found === undefined) return memory.get(key, options)
      const body = (await filesOf(found.day))[found.at] ?? new Uint8Array()
      const { range } = options
      const part = range === undefined ? body : body.subarray(range.start, range.end)
      return {
        outcome: 'found',
        body: part,
        etag: '"computed"',
        lastModified: (found.day + 1) * DAY,
        serverTime: clock.now(),
      }
    },
    async *list(prefix, options = {}) {
      const { limit = Infinity, startAfter = '' } = options
      const mine = computed
        .filter((key) => key.startsWith(prefix) && key > startAfter && places.has(key))
        .map((key) => {
          const { at, day } = places.get(key) ?? { at: 0, day: 0 }
          return { key, size: sizes[at] ?? 0, etag: '"computed"', lastModified: (day + 1) * DAY + HOUR }
        })
      const others = (await listAll(memory, prefix)).filter(({ key }) => key > startAfter)
      const all = [...mine, ...others].toSorted((a, b) => (a.key < b.key ? -1 : 1)).slice(0, limit)
      for (let from = 0; from === 0 || from < all.length; from += PER_LIST)
        yield { objects: all.slice(from, from + PER_LIST), serverTime: clock.now() }
    },
    async delete(keys, options) {
      for (const key of typeof keys === 'string' ? [keys] : keys) places.delete(key)
      await memory.delete(keys, options)
    },
  }
  return {
    store,
    jobs,
    now,
    async prepare(count) {
      for (let day = today - count; day < today; day += 1) await filesOf(day)
    },
  }
}
