/** A place in the source, and the replacement. */
export interface Edit {
  /** Below `packages/`. */
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly find: string
  readonly replace: string
}

/** A broken variant of the protocol. */
export interface Mutant extends Edit {
  readonly name: string
  /** A second edit, where a second place guards the same rule. */
  readonly also?: Edit
  /** The broken promise: the checkers can tell only when the unchanged code keeps the promise. */
  readonly breaks?: string
  /** The checkers notice the mutant within this many seeds, from seed 1 on. */
  readonly withinSeeds: number
}

const CHANGES = 'jobs/src/record/job-changes.ts'
const BOOK = 'jobs/src/bucket/record-cache.ts'
const RECOVERY = 'engine/src/runs/decide-recovery.ts'
const STARTER = 'engine/src/leader/job-starter.ts'
const LEASE = 'lock/src/lease-protocol.ts'

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a claim without compare-and-swap',
    file: BOOK,
    find: 'const condition = entry.etag === undefined ? ({ ifAbsent: true } as const) : { ifMatch: entry.etag }',
    replace: 'const condition = undefined',
    withinSeeds: 20,
  },
  {
    name: 'a claim that does not move lastTick',
    file: CHANGES,
    find: "lastTick: claim.trigger === 'schedule' ? Math.max(claim.tick, record.lastTick ?? -Infinity) : record.lastTick,",
    replace: 'lastTick: record.lastTick,',
    // The first seed shows the mutant, but each seed takes a minute.
    withinSeeds: 100,
  },
  {
    name: 'a fence that stands still',
    file: CHANGES,
    find: 'const fence = record.fence + 1\n  return {\n    ...adoptJob',
    replace: 'const fence = record.fence\n  return {\n    ...adoptJob',
    withinSeeds: 5,
  },
  {
    name: 'an unknown answer taken for a written one',
    file: BOOK,
    find: "if (put.outcome === 'written') {",
    replace: "if (put.outcome !== 'conflict') {",
    withinSeeds: 20,
  },
  {
    name: 'a forgotten run in flight',
    file: CHANGES,
    find: 'running: [...record.running, { ...claim, fence, retry: null, verdict: null }],',
    replace: 'running: [{ ...claim, fence, retry: null, verdict: null }],',
    withinSeeds: 10,
  },
  {
    name: 'a run folded before its record is written',
    file: 'engine/src/runs/run-recorder.ts',
    find: 'if (history !== undefined) await this.#tryOnce(history, run, signal, queue)\n        this.recorded.note(run, true)',
    replace: 'this.recorded.note(run, true)\n        await history?.record(run, { signal })',
    withinSeeds: 20,
  },
  {
    name: 'ticks passed over without a trace',
    file: CHANGES,
    find: 'running: [...record.running, { ...claim, fence: record.fence, retry: null, verdict }],',
    replace: 'running: record.running,',
    withinSeeds: 5,
  },
  {
    name: 'an unreadable record written over with the last one known',
    file: 'jobs/src/bucket/job-object.ts',
    find: "if (read.outcome === 'unreadable') throw unreadable(name, read.problem)",
    replace: "if (read.outcome === 'unreadable') return { record: undefined, etag: read.etag }",
    also: {
      file: BOOK,
      find: 'entry.etag = found.etag',
      replace: 'entry.etag = found.etag\n    if (found.record === undefined) return void (entry.isStale = false)',
    },
    withinSeeds: 60,
  },
  {
    name: 'a claim judged by the schedule that was in force before',
    file: 'engine/src/runs/claim-tick.ts',
    find: "=== tick ? undefined : 'look-again'",
    replace: '=== tick ? undefined : undefined',
    withinSeeds: 60,
  },
  {
    name: 'a late truth counted beside the verdict',
    file: CHANGES,
    find: "if (ended.status !== 'lost') lost = lost.filter((runId) => runId !== ended.runId)",
    replace: '',
    withinSeeds: 20,
  },
  {
    name: 'a verdict taken back before it is in the history',
    file: CHANGES,
    find: "(isLost(run) && ended.status !== 'lost' && ended.isAfterVerdict !== true)",
    replace: 'false',
    withinSeeds: 200,
  },
  {
    name: 'a run of a live member declared lost',
    file: RECOVERY,
    find: "const isAlive = isFresh(member, typeof staleAfterMs === 'number' ? staleAfterMs : leaseTtlMs)",
    replace: 'const isAlive = false',
    withinSeeds: 60,
  },
  {
    name: 'a standby that takes the runs of a silent leader for dead',
    file: RECOVERY,
    find: 'if (knownEpoch !== undefined) return epoch >= knownEpoch ? ALIVE : GONE',
    replace: 'if (knownEpoch !== undefined) return epoch > knownEpoch ? ALIVE : GONE',
    withinSeeds: 60,
  },
  {
    name: "a standby that does not wait for a run's own lease",
    file: 'engine/src/runs/run-lease.ts',
    find: 'return Math.max(0, leaseMs - seenForMs)',
    replace: 'return 0',
    withinSeeds: 400,
  },
  {
    name: 'a start that does not ask for a run elsewhere',
    file: STARTER,
    find: "inHand.isBlocked(name, record) ? 'unresolved' : request.refuse(record)",
    replace: 'request.refuse(record)',
    withinSeeds: 150,
  },
  {
    name: 'a lease stolen without waiting',
    file: LEASE,
    find: 'return Math.max(0, Math.min(byOwnClock, byServerClock))',
    replace: 'return 0',
    withinSeeds: 10,
  },
  {
    name: 'trust counted from the answer to a claim',
    file: LEASE,
    find: 'trust: { fence, seq, from: attempt.sentAt, since }',
    replace: 'trust: { fence, seq, from: now, since }',
    withinSeeds: 200,
  },
  {
    name: 'trust for a whole ttl and more',
    file: LEASE,
    find: 'return ttlMs - ttlMs / 3',
    replace: 'return ttlMs * 1.5',
    withinSeeds: 60,
  },
  {
    name: 'trust measured by the wall clock alone',
    file: 'kernel/src/reading.ts',
    find: 'return Math.max(to.monotonic - from.monotonic, to.wall - from.wall)',
    replace: 'return to.wall - from.wall',
    withinSeeds: 100,
  },
  {
    name: 'a lease taken by deleting it',
    file: 'lock/src/lease-contender.ts',
    find: 'const put = await store.put(key, body, { condition: attempt.condition,',
    replace:
      "if (attempt.for === 'claim' && 'ifMatch' in attempt.condition) await store.delete(key)\n    const put = await store.put(key, body, { condition: attempt.for === 'claim' ? { ifAbsent: true } : attempt.condition,",
    withinSeeds: 5,
  },
  {
    name: 'a start without asking for trust',
    file: 'engine/src/runs/run-policy.ts',
    find: 'beforeStart: () => authority.isTrusted(),',
    replace: 'beforeStart: () => true,',
    also: {
      file: 'engine/src/runs/action-guard.ts',
      find: 'this.#hasBegun = authority.isTrusted()',
      replace: 'this.#hasBegun = true',
    },
    withinSeeds: 500,
  },
  {
    name: 'a shard whose lease is no lease: who should have it leads it',
    file: 'coordinator/src/create-candidacy.ts',
    find: '`shards/${shards}/${shard}.json`',
    replace: '`shards/${shards}/${shard}.${workerId}.json`',
    withinSeeds: 10,
  },
  {
    name: 'epochs of another number of shards taken for the own',
    file: RECOVERY,
    find: 'if ((run.shards ?? 1) !== shards) return lifeByLease(facts)',
    replace: '',
    withinSeeds: 300,
  },
  {
    name: 'a job of another shard claimed as a leader',
    file: 'engine/src/leader/leading.ts',
    find: 'const owns = some ?? ((name: string) => shardOf(name, shards) === shard)',
    replace: 'const owns = some ?? (() => true)',
    withinSeeds: 20,
  },
  {
    name: 'a start before its instant',
    breaks: 'early',
    file: 'engine/src/pace/due-starts.ts',
    find: 'if (startAt <= this.#clock.now()) return start()',
    replace: 'if (startAt <= Infinity) return start()',
    withinSeeds: 5,
  },
  {
    name: 'ticks in good time declared missed',
    breaks: 'missed',
    file: 'engine/src/ticks/decide-tick.ts',
    find: 'export const LATE_AFTER_MS = 5000',
    replace: 'export const LATE_AFTER_MS = -1000',
    withinSeeds: 20,
  },
  {
    name: 'a chain started again by the same success',
    breaks: 'chain',
    file: STARTER,
    find: 'also: (record) => consumePredecessors(record, ready(record) ?? {}),',
    replace: '',
    withinSeeds: 20,
  },
  {
    name: 'a chain that nobody looks at when a run has ended',
    breaks: 'chain',
    file: 'engine/src/engine.ts',
    find: 'this.fleet.terms.evaluateChains(name)\n    unled.evaluateChains(name)',
    replace: '',
    withinSeeds: 60,
  },
  {
    name: 'requests that are dropped',
    breaks: 'request',
    file: STARTER,
    find: 'const outcome = await this.#claimRequested(request, waiting)',
    replace: "const outcome: Obedience = waiting.size < 0 ? 'busy' : 'settled'",
    withinSeeds: 20,
  },
  {
    name: 'a change of a run that another has taken over',
    breaks: 'held',
    file: 'engine/src/runs/while-held.ts',
    find: 'open.runId === runId && open.fence === fence && open.verdict === null',
    replace: 'open.runId === runId && fence > 0 && open.verdict === null',
    withinSeeds: 60,
  },
  {
    name: 'a standby that never stands in',
    breaks: 'standby',
    file: 'engine/src/standby/standby.ts',
    find: 'if (overdue.size > 0) await',
    replace: 'if (overdue.size > Infinity) await',
    withinSeeds: 60,
  },
  {
    name: 'a next attempt without its backoff',
    breaks: 'backoff',
    file: 'executor/src/run.ts',
    find: 'await this.#delay(decision.delayMs)',
    replace: 'await this.#delay(0)',
    withinSeeds: 5,
  },
  {
    name: 'a run gone on with, without the rest of its backoff',
    breaks: 'backoff',
    file: RECOVERY,
    find: 'return Math.max(0, delayMs - elapsed)',
    replace: 'return 0 * elapsed',
    withinSeeds: 60,
  },
]
