/**
 * Faults of the seeds above 3,000: refusals of some requests, deletions that land late, a server that asks for fewer
 * writes, a step of the store's clock, and listings in short pages. Seeds 1 to 3,000 keep the plans that they were run
 * with.
 */
import { createSeededRandom } from '@s3sched/kernel/testing'
import { StoreError, type ListPage, type ObjectStore, type StoreErrorCode } from '@s3sched/store'
import type { Refusal, RequestKind } from '@s3sched/store/testing'
import type { Fault, Plan, Refused } from './plan-form.ts'

const OLD_SEEDS = 3000
/** Shares of requests in bad weather. */
const LATE_DELETE = 0.3
const SLOWED_WRITE = 0.25

const ALL: readonly RequestKind[] = ['get', 'put', 'delete', 'list']
const KINDS: readonly (readonly RequestKind[])[] = [ALL, ['put'], ['put', 'delete'], ['get'], ['list'], ['delete']]
const PLACES = ['', 'jobs/', 'jobs/', 'leader.json', 'shards/', 'workers/', 'segments/', 'changes.json', 'triggers/']
const CODES: readonly StoreErrorCode[] = ['ACCESS_DENIED', 'THROTTLED', 'NO_SPACE']

/** Faults after which a process starts, within this time. */
const STARTING: readonly Fault['kind'][] = ['crash', 'stop', 'deploy', 'idle', 'atWrite']
const STARTED_WITHIN_MS = 30_000

interface Chance {
  readonly float: () => number
}

/** The plan with the further faults of its seed; the same plan for an old seed. */
export function withFurtherFaults(plan: Plan): Plan {
  if (plan.seed <= OLD_SEEDS) return plan
  const random = createSeededRandom(plan.seed * 2_654_435_761 + 19)
  const stormy = random.float() < 0.5 ? plan.faults : plan.faults.map(withStorm)
  const refusals = Array.from({ length: Math.floor(random.float() * 4) }, () => drawRefusals(plan, random)).flat()
  const listings = createSeededRandom(plan.seed * 2_246_822_507 + 31)
  const listed = listings.float() < 0.5 ? {} : { listed: 1 + Math.floor(listings.float() * 5) }
  const further = { ...plan, ...listed, faults: [...stormy, ...refusals].toSorted((a, b) => a.at - b.at) }
  const isLong = plan.machines.every(({ dueEveryMs }) => dueEveryMs === undefined)
  return isLong && random.float() < 0.4 ? withStoreStep(further, random) : further
}

function withStorm(fault: Fault): Fault {
  if (fault.kind !== 'weather') return fault
  return { ...fault, faults: { ...fault.faults, lateDelete: LATE_DELETE, slowedWrite: SLOWED_WRITE } }
}

/**
 * The store's machine comes back from a sleep with a clock that is behind, and corrects the clock in one step. No
 * process starts about this time: an answer from before the step is what shows a process that the ages of objects are
 * wrong.
 */
function withStoreStep(plan: Plan, random: Chance): Plan {
  const at = 20_000 + random.float() * (plan.troubleMs - 20_000)
  const isFar = (fault: Fault): boolean =>
    !STARTING.includes(fault.kind) || fault.at < at - STARTED_WITHIN_MS || fault.at > at + 3 * plan.heartbeatMs
  const step: Fault = { at, machine: 0, kind: 'storeClock', byMs: 15_000 + random.float() ** 2 * 105_000 }
  return { ...plan, faults: [...plan.faults.filter(isFar), step].toSorted((a, b) => a.at - b.at) }
}

/** A refusal to one machine, or to all of them. */
function drawRefusals(plan: Plan, random: Chance): Fault[] {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random.float() * choices.length)] as T
  const at = 10_000 + random.float() * (plan.troubleMs - 10_000)
  const forMs = random.float() ** 2 * 12 * plan.heartbeatMs
  const refused: Refused = { code: pick(CODES), kinds: pick(KINDS), under: pick(PLACES) }
  const machines = [...plan.machines.keys()]
  const hit = random.float() < 0.5 ? machines : [pick(machines)]
  return hit.map((machine) => ({ at, machine, kind: 'refuse', refused, forMs }))
}

/** The error of a refused request. */
export function refusalOf({ code, kinds, under }: Refused): Refusal {
  return (kind, subject) => {
    const keys = typeof subject === 'string' ? [subject] : subject
    if (!kinds.includes(kind) || !keys.some((key) => key.startsWith(under))) return undefined
    return new StoreError('the bucket refuses (on purpose)', { code, retriable: code === 'THROTTLED' })
  }
}

/**
 * The store with at most so many objects in a page of a listing, as other clouds answer: each page is a request of its
 * own, and the bucket changes in between.
 */
export function inShortPages(store: ObjectStore, most: number | undefined): ObjectStore {
  if (most === undefined) return store
  const list = async function* (...[prefix, options = {}]: Parameters<ObjectStore['list']>): AsyncGenerator<ListPage> {
    let { startAfter, limit: left = Infinity } = options
    for (;;) {
      const size = Math.min(most, left)
      let last: string | undefined
      let found = 0
      for await (const page of store.list(prefix, { ...options, startAfter, limit: size })) {
        found += page.objects.length
        last = page.objects.at(-1)?.key ?? last
        yield page
      }
      left -= found
      if (found < size || left <= 0) return
      startAfter = last
    }
  }
  return { ...store, list }
}
