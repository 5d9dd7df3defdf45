import { archiveSegments, deleteArchived, type WrittenReceipt } from '@s3sched/history/archive'
import type { FlushOptions } from '@s3sched/history/segments'
import { listAll } from '@s3sched/store'
import { MINUTE } from '../segments/run-number.ts'
import type { Measurement } from '../measurement.ts'
import { startProcess } from '../process/run-process.ts'
import { countCosts } from '../segments/count-costs.ts'
import { createPage } from '../segments/page.ts'
import type { Archiving, ArchivingArgs, SegmentsOfDay } from './archive-process.ts'
import { createWorld, dayOfRuns, writeSegments } from './fleet.ts'

const JOBS = Array.from({ length: 100 }, (_, n) => `job-${n}`)

/** A day of 100 jobs each minute: 144,000 runs. */
export async function measureArchiving(): Promise<readonly Measurement[]> {
  const small = await archiveOnce({}, { wasBusy: false })
  const busy = await archiveOnce({}, { wasBusy: true })
  const large = await archiveOnce({ maxBytes: 262_144 }, { wasBusy: false })
  return [
    { name: 'archive of a day of 144,000 runs, at once: CPU', value: small.cpuMs / 1000, unit: 's', atMost: 20 },
    { name: 'the same: longest turn of the event loop', value: small.longestMs, unit: 'ms', atMost: 50 },
    {
      name: 'the same: growth of the resident memory of a new process',
      value: small.memoryMb,
      unit: 'MB',
      atMost: 100,
    },
    { name: 'the same: growth in a process that was busy', value: busy.memoryMb, unit: 'MB', atMost: 100 },
    { name: 'the same: memory in use after a collection', value: small.inUseMb, unit: 'MB', atMost: 100 },
    { name: 'the same: requests', value: small.requests, unit: 'requests', atMost: 300 },
    { name: 'the same, with flushes at 256 KiB: requests', value: large.requests, unit: 'requests', atMost: 300 },
    { name: 'bytes a run', value: small.bytesPerRun, unit: 'B', atMost: 60 },
    ...(await archiveHourly()),
  ]
}

async function archiveOnce(flush: FlushOptions, args: ArchivingArgs): Promise<Archiving> {
  const world = createWorld()
  await writeSegments(world.store, dayOfRuns(0, JOBS, MINUTE), flush)
  const segments: SegmentsOfDay = await Promise.all(
    (await listAll(world.store, '')).map(async ({ key }) => {
      const got = await world.store.get(key)
      return [key, got.outcome === 'found' ? Buffer.from(got.body).toString('base64') : ''] as const
    }),
  )
  const child = startProcess(new URL('archive-process.ts', import.meta.url), { ...args })
  child.send(segments.map((segment) => [...segment]))
  const archiving = (await child.next()) as Archiving
  await child.ended
  return archiving
}

/**
 * The leading instance: flushes a page as outcomes come, and archives every hour of the day and in the next day's
 * first hours. Ten minutes after a pass it deletes the archived segments.
 */
async function archiveHourly(): Promise<readonly Measurement[]> {
  const world = createWorld()
  const runs = dayOfRuns(0, JOBS, MINUTE)
  const { measure, store } = countCosts(world.store)
  const page = createPage(world.store)
  let receipts: readonly WrittenReceipt[] = []
  let [cpuMs, requests, written] = [0, 0, 0]
  for (let hour = 0; hour < 24; hour += 1) {
    const ofHour = runs.slice((hour * runs.length) / 24, ((hour + 1) * runs.length) / 24)
    await page.recordAll(ofHour)
    await passHour()
  }
  await page.flush()
  for (let after = 0; after < 3; after += 1) await passHour()
  return [
    { name: 'the same day, each hour: CPU', value: cpuMs / 1000, unit: 's', atMost: 20 },
    { name: 'the same day, each hour: requests', value: requests, unit: 'requests', atMost: 300 },
    { name: 'the same day, each hour: writes of a run', value: written / runs.length, unit: 'times' },
    {
      name: 'the same day, each hour: files at the end',
      value: (await listAll(world.store, 'history/')).length,
      unit: 'files',
    },
  ]

  async function passHour(): Promise<void> {
    await world.advance(50 * MINUTE)
    await count(async () => {
      const report = await archiveSegments({ store, clock: world.clock, own: page.own })
      receipts = report.receipts
      written += report.runs
    })
    await world.advance(10 * MINUTE)
    await count(() => deleteArchived(store, receipts))
  }

  async function count(work: () => Promise<unknown>): Promise<void> {
    const cpu = process.cpuUsage()
    const costs = await measure(work)
    const { system, user } = process.cpuUsage(cpu)
    cpuMs += (user + system) / 1000
    requests += costs.get + costs.list + costs.put + costs.delete
  }
}
