/**
 * Real processes, real signals, a real server: a fleet runs jobs every second while a plan from one seed kills, pauses,
 * stops and cuts off instances, and the server too. In the end the actions' journal outside of the bucket is compared
 * with the bucket.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { audit } from '@s3sched/plugin'
import { Fleet, type Blow, type Way } from './fleet.ts'
import { comeToRest } from './come-to-rest.ts'
import { insist } from './insist.ts'
import { readJournal } from './journal.ts'
import type { Evidence } from './judge/evidence.ts'
import { readBucket } from './judge/read-bucket.ts'
import { PROGRAM } from './member.ts'
import { planFaults } from './plan.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { StoreServer } from './store-server.ts'

export interface ChaosOptions {
  readonly seed: number
  /** 2 to 8. */
  readonly processes: number
  /**
   * The time with faults, in ms, after the start of all instances. The fleet has at least {@link CALM_MS} more to come to
   * rest.
   */
  readonly durationMs: number
  /** An empty folder for all files of the run. */
  readonly folder: string
  readonly store: StoreChoice
  /** A bundle of {@link PROGRAM}, which starts sooner; by default the program itself. */
  readonly program?: URL
  readonly onBlow?: (blow: Blow) => void
  /** Ends the run early; the run then rejects, and leaves no process behind. */
  readonly signal?: AbortSignal
}

/**
 * `s3`: any server of any cloud, which is left alone; the function gives the connection string for a port that leads to the server.
 */
export type StoreChoice =
  | { readonly kind: 'file' }
  | { readonly kind: 'minio'; readonly binary: string }
  | { readonly kind: 's3'; readonly port: number; readonly connectionBy: (port: number) => string }

const HEARTBEAT_MS = 1000
/** The ttl of the leader's lease: three heartbeats. */
export const TTL_MS: number = 3 * HEARTBEAT_MS
/** The least time without faults: a lease runs out, and the oldest retry of a writer comes due. */
const CALM_MS = 12_000
/** On a machine with other work, instances start slowly; the longest wait. */
const PATIENCE_MS = 180_000
const LOOK_MS = 500
const STOP_MS = 30_000

/** Runs the plan to its end and gathers the evidence. Leaves no process behind. */
export async function runChaos(options: ChaosOptions): Promise<Evidence> {
  const { durationMs, folder, onBlow, processes, program = PROGRAM, seed, signal, store } = options
  const journal = join(folder, 'journal.jsonl')
  const data = join(folder, 'store')
  await mkdir(data, { recursive: true })
  const server = store.kind === 'minio' ? await StoreServer.start(store.binary, data) : undefined
  const target = server ?? (store.kind === 's3' ? store : undefined)
  const proxies: Proxy[] = []
  if (target !== undefined) for (let i = 0; i < processes; i++) proxies.push(await startProxy(target.port))
  const direct = target === undefined ? pathToFileURL(data).href : target.connectionBy(target.port)
  const ways = Array.from({ length: processes }, (_, index): Way => {
    const proxy = proxies[index]
    return { proxy, store: proxy === undefined ? direct : (target?.connectionBy(proxy.port) ?? direct) }
  })
  const fleet = new Fleet({
    program,
    processes,
    journal,
    log: join(folder, 'fleet.log'),
    heartbeatMs: HEARTBEAT_MS,
    ways,
  })
  const blows: Blow[] = []
  const startedAt = Date.now()
  let outage: Promise<unknown> = Promise.resolve()
  try {
    fleet.start()
    if (!(await until(() => fleet.isReady, signal))) throw new Error('the instances did not start')
    const faultsFrom = Date.now()
    const plan = planFaults({ seed, processes, durationMs, ttlMs: TTL_MS, hasServer: server !== undefined })
    for (const fault of plan) {
      await wait(Math.max(0, faultsFrom + fault.atMs - Date.now()), undefined, { signal })
      if (fault.kind === 'server-kill') {
        if (server?.isUp !== true) continue // the server is down already
        blows.push({ fault, at: Date.now(), life: undefined, hitLeader: false })
        outage = breakDown(server, fault.forMs)
        outage.catch(() => undefined) // awaited when the plan is over
      } else blows.push(fleet.deal(fault))
      const blow = blows.at(-1)
      if (blow !== undefined) onBlow?.(blow)
    }
    await wait(Math.max(0, faultsFrom + durationMs - Date.now()), undefined, { signal })
    await outage
    const calmAt = Date.now()
    fleet.calm()
    if (!(await until(() => fleet.isReady, signal))) throw new Error('the instances did not come back')
    fleet.resumeJob()
    await wait(CALM_MS, undefined, { signal })
    // A fleet that does not come to rest is judged all the same.
    const restMs = await comeToRest(direct, calmAt, signal)
    const stoppedAt = Date.now()
    await withinTime(fleet.stop(), STOP_MS, 'the fleet did not stop')
    const entries = readJournal(journal)
    const bucket = await insist(() => readBucket(direct))
    const audited = await insist(() => audit(direct))
    const times = { startedAt, calmAt, restMs, stoppedAt }
    return { entries, lives: fleet.lives, blows, audit: audited, bucket, ...times }
  } finally {
    await fleet.end()
    await Promise.all(proxies.map((proxy) => proxy.close()))
    // After an early end during an outage, the server would come back later.
    await outage.catch(() => undefined)
    await server?.kill()
  }
}

/** @returns false when the condition has not come true in {@link PATIENCE_MS} */
async function until(condition: () => boolean | Promise<boolean>, signal: AbortSignal | undefined): Promise<boolean> {
  const begun = Date.now()
  while (!(await condition())) {
    if (Date.now() - begun > PATIENCE_MS) return false
    await wait(LOOK_MS, undefined, { signal })
  }
  return true
}

/** @throws Error when the work takes longer */
async function withinTime(work: Promise<void>, ms: number, otherwise: string): Promise<void> {
  const late = new AbortController()
  const tooLate = wait(ms, undefined, { signal: late.signal }).then(() => {
    throw new Error(`${otherwise} within ${ms / 1000} s`)
  })
  try {
    await Promise.race([work, tooLate])
  } finally {
    tooLate.catch(() => undefined) // aborted
    late.abort()
  }
}

async function breakDown(server: StoreServer, forMs: number): Promise<void> {
  await server.kill()
  await wait(forMs)
  const problem = await server.resume()
  if (problem !== undefined) throw new Error(`the server did not come back: ${problem}`)
}
