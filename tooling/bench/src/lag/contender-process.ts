import { setTimeout as sleep } from 'node:timers/promises'
import { beginOf } from '../contenders/begin.ts'
import type { Contender } from '../contenders/contender.ts'
import { givenArgs, tell } from '../process/inside.ts'
import { threadMs } from '../process/watch-loop.ts'

/** The scheduler, and its work. */
export interface Contest {
  readonly contender: Contender
  readonly jobs: number
  readonly seconds: number
}

/** The starts of the actions in one turn. */
export interface Starts {
  readonly lagsMs: readonly number[]
  readonly missed: number
  readonly doubled: number
  /** For each tick: time of this thread on a core, from just before the tick until the last action had started. */
  readonly onCoreMs: readonly number[]
}

/** Left out at the beginning: modules are loaded, code is compiled, and queues are filled. */
const WARM_UP_MS = 5000
/** A queue that polls twice a second may be as late as this. */
const GRACE_MS = 2500
const BEFORE_TICK_MS = 3

const { contender, jobs, seconds } = givenArgs() as Contest
const started: { readonly job: number; readonly tick: number; readonly at: number; readonly core: number }[] = []
/** By tick: core time of this thread just before the tick. */
const coreBefore = new Map<number, number>()

const begin = await beginOf(contender)
const stop = await begin({
  jobs,
  concurrency: jobs,
  action: (job, tick) => void started.push({ job, tick, at: Date.now(), core: threadMs() }),
})
const from = Math.ceil((Date.now() + WARM_UP_MS) / 1000) * 1000
const until = from + seconds * 1000
for (let tick = from; tick < until; tick += 1000) {
  await sleep(tick - BEFORE_TICK_MS - Date.now())
  coreBefore.set(tick, threadMs())
}
await sleep(until + GRACE_MS - Date.now())
await tell(startsOf(started.filter(({ tick }) => tick >= from && tick < until)))
await stop()
process.disconnect()
// Some schedulers keep connections open after the stop.
process.exit(0)

function startsOf(starts: typeof started): Starts {
  const different = new Set(starts.map(({ job, tick }) => `${job} ${tick}`)).size
  return {
    lagsMs: starts.map(({ at, tick }) => at - tick),
    missed: jobs * seconds - different,
    doubled: starts.length - different,
    onCoreMs: [...coreBefore].map(([tick, before]) => {
      const last = starts.findLast((start) => start.tick === tick)
      return last === undefined ? 0 : last.core - before
    }),
  }
}
