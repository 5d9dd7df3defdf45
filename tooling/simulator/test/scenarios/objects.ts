/** Objects deleted, cut off or overwritten by hand. */
import { encodeDocument, decodeDocument, type Fields } from '@s3sched/store'
import { expect } from 'vitest'
import type { Bucket } from '../../src/scenario/bucket.ts'
import { MINUTE, SECOND, TAKEOVER, type Stage } from '../../src/scenario/stage.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

function expectNoTickTwice({ calls }: Stage): void {
  const ticks = calls.map(({ job, tick }) => `${job} ${tick}`)
  expect(new Set(ticks).size).toBe(ticks.length)
}

async function bodyOf(stage: Stage, key: string): Promise<Uint8Array> {
  const got = await stage.bucket.store.get(key)
  if (got.outcome !== 'found') throw new Error(`expected ${key}`)
  return got.body
}

/** The fields of an object in the bucket, which is there and readable. */
export async function fieldsOf(stage: Stage, key: string): Promise<Fields> {
  const decoded = decodeDocument(await bodyOf(stage, key))
  if (decoded.outcome !== 'found') throw new Error(`expected ${key} to be readable`)
  return decoded.fields
}

/** The line of a job in the page of all records. */
async function lineOf(stage: Stage, job: string): Promise<string> {
  const lines = new TextDecoder().decode(await bodyOf(stage, PAGE)).split('\n')
  const line = lines.find((each) => each.startsWith(`"${job}":`))
  if (line === undefined) throw new Error(`expected a record of ${job}`)
  return line.endsWith(',') ? line.slice(0, -1) : line
}

async function replaceLine(store: Bucket['store'], line: string, by: string): Promise<void> {
  const got = await store.get(PAGE)
  if (got.outcome !== 'found') throw new Error('expected a page')
  const text = new TextDecoder().decode(got.body)
  await store.put(PAGE, new TextEncoder().encode(text.replace(`\n${line}`, () => `\n${by}`)))
}

async function fenceOf(stage: Stage): Promise<number> {
  const line = await lineOf(stage, 'job')
  return Number((JSON.parse(`{${line}}`) as { readonly job: Fields }).job['fence'])
}

/** A record restored from the last known copy counts from then on, with a fence above all earlier fences. */
const RESTORED = [/^fence: it went from \d+ to 10{5}\d+/, /^accounting: ticks count anew/]
export const LEASE = 'leader.json'
const PAGE = 'jobs/pages/root.json'

export const OBJECTS: readonly Scenario[] = [
  {
    name: '`leader.json` is deleted',
    play: async (stage) => {
      const [leader] = await stage.bootAll()
      await stage.pass(25 * SECOND)
      const { fence } = await fieldsOf(stage, LEASE)
      await stage.byHand((store) => store.delete(LEASE))
      await stage.pass(MINUTE)
      expect(stage.leader()?.name).toBe(leader.name)
      expect(await fieldsOf(stage, LEASE)).toMatchObject({ fence })
      expectNoTickTwice(stage)
      expect(stage.heard(/^job-(lost|missed)/)).toEqual([])
    },
  },
  {
    name: '`leader.json` is truncated',
    play: async (stage) => {
      const [leader] = await stage.bootAll()
      await stage.pass(25 * SECOND)
      const whole = await bodyOf(stage, LEASE)
      await stage.byHand((store) => store.put(LEASE, whole.slice(0, 40)))
      await stage.until(() => !leader.scheduler.isLeader(), MINUTE, 'the leader steps down')
      await stage.pass(2 * MINUTE)
      // No instance may guess a fence: the repair takes a person.
      expect(stage.leader()).toBe(undefined)
      expect(stage.heard(/^error: .*lease is unreadable/).length).toBeGreaterThan(0)
      const started = stage.calls.length
      await stage.byHand((store) => store.put(LEASE, whole))
      await stage.until(() => stage.calls.length >= started + 10, 2 * MINUTE, 'what was due is caught up')
      expectNoTickTwice(stage)
    },
  },
  {
    name: '`leader.json` is overwritten by hand',
    leaves: [/^epoch: it went from 1 to 3 /],
    play: async (stage) => {
      const [leader] = await stage.bootAll()
      await stage.pass(25 * SECOND)
      const fields = await fieldsOf(stage, LEASE)
      const other = encodeDocument({ ...fields, holder: 'nobody', fence: Number(fields['fence']) + 1 }, 'by-hand')
      await stage.byHand((store) => store.put(LEASE, other))
      await stage.until(() => !leader.scheduler.isLeader(), MINUTE, 'the leader notices at its next renewal')
      await stage.until(() => stage.leader() !== undefined, TAKEOVER, 'somebody takes it from nobody')
      await stage.pass(MINUTE)
      expect(Number((await fieldsOf(stage, LEASE))['fence'])).toBe(Number(fields['fence']) + 2)
      expectNoTickTwice(stage)
      expect(stage.heard(/^job-missed/)).toEqual([])
    },
  },
  {
    name: 'A page of job records is deleted',
    leaves: RESTORED,
    play: async (stage) => {
      await stage.bootAll()
      await stage.pass(25 * SECOND)
      const fence = await fenceOf(stage)
      await stage.byHand((store) => store.delete(PAGE))
      await stage.pass(MINUTE)
      expect(await fenceOf(stage)).toBeGreaterThan(fence + 1000)
      expect(stage.heard(/^reports: page 'root' with the records of 1 jobs is gone/).length).toBeGreaterThan(0)
      expectNoTickTwice(stage)
    },
  },
  {
    name: 'A page of job records is truncated',
    play: async (stage) => {
      await stage.bootAll()
      await stage.pass(25 * SECOND)
      const whole = await bodyOf(stage, PAGE)
      await stage.byHand((store) => store.put(PAGE, whole.slice(0, 100)))
      const before = stage.calls.length
      await stage.pass(MINUTE)
      expect(stage.calls.length).toBeLessThanOrEqual(before + 1)
      expect(await bodyOf(stage, PAGE)).toHaveLength(100)
      expect(stage.heard(/^error: .*unreadable.*/).length).toBeGreaterThan(0)
      await stage.byHand((store) => store.put(PAGE, whole))
      await stage.until(() => stage.calls.length >= before + 6, MINUTE, 'it goes on where it was')
      expectNoTickTwice(stage)
    },
  },
  {
    name: "A job's record is damaged",
    stage: { jobs: [{}, { name: 'other' }] },
    play: async (stage) => {
      await stage.bootAll()
      await stage.pass(25 * SECOND)
      const whole = await lineOf(stage, 'job')
      const damaged = whole.slice(0, 100)
      await stage.byHand((store) => replaceLine(store, whole, damaged))
      const before = stage.calls.filter(({ job }) => job === 'job').length
      await stage.pass(MINUTE)
      const count = (name: string): number => stage.calls.filter(({ job }) => job === name).length
      expect(count('job')).toBeLessThanOrEqual(before + 1)
      expect(count('other')).toBeGreaterThanOrEqual(8)
      expect(await lineOf(stage, 'job')).toBe(damaged)
      expect(stage.heard(/^error: .*record of job 'job' is unreadable.*/).length).toBeGreaterThan(0)
      await stage.byHand((store) => replaceLine(store, damaged, whole))
      await stage.until(() => count('job') >= before + 6, MINUTE, 'it goes on where it was')
      expectNoTickTwice(stage)
    },
  },
  {
    name: "A job's record is overwritten by hand",
    leaves: [/^accounting: ticks count anew/],
    play: async (stage) => {
      await stage.bootAll()
      await stage.pass(25 * SECOND)
      const before = stage.calls.length
      const line = await lineOf(stage, 'job')
      await stage.byHand((store) => replaceLine(store, line, line.replace('"job":{', '"job":{"paused":true,')))
      await stage.pass(MINUTE)
      // The next write of the leader finds the new content, and the leader goes by the new content.
      expect(stage.calls.length).toBeLessThanOrEqual(before + 1)
      const leader = stage.leader()
      if (leader === undefined) throw new Error('expected a leader')
      await stage.during(leader.scheduler.enableJob('job'))
      await stage.pass(MINUTE)
      expect(stage.calls.length).toBeGreaterThan(before + 4)
      expectNoTickTwice(stage)
    },
  },
  {
    name: 'A lifecycle rule deletes old objects',
    stage: { jobs: [{}, { name: 'rare', periodMs: 20 * MINUTE, asCron: false }] },
    play: async (stage) => {
      await stage.bootAll()
      await stage.pass(21 * MINUTE)
      // All objects not written within the last minute: segments and members. A page with a busy job is never old.
      const now = stage.world.startAt + stage.world.now
      const old: string[] = []
      for await (const { objects } of stage.bucket.store.list('')) {
        old.push(...objects.filter(({ lastModified }) => lastModified < now - MINUTE).map(({ key }) => key))
      }
      expect(old.some((key) => key.startsWith('segments/'))).toBe(true)
      expect(old).not.toContain(PAGE)
      expect(old).not.toContain(LEASE)
      await stage.byHand((store) => store.delete(old))
      await stage.pass(21 * MINUTE)
      expect(await stage.keys('jobs/')).toEqual([PAGE])
      const rare = stage.calls.filter(({ job }) => job === 'rare').map(({ tick }) => tick)
      expect(rare).toHaveLength(2)
      expectNoTickTwice(stage)
      expect(stage.heard(/^job-(lost|missed)/)).toEqual([])
    },
  },
]
