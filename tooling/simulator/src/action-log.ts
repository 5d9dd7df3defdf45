/** The calls of actions, written down by the actions themselves and not by their callers. */
import type { JobContext } from '@s3sched/plugin'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

export interface ActionCall {
  readonly job: string
  readonly runId: string
  /** The scheduled time given to the action, epoch ms. */
  readonly tick: number
  readonly attempt: number
  readonly fence: number
  readonly epoch: number | undefined
  readonly process: string
  /** Real ms. */
  readonly startedAt: number
  /** True when the process led in `epoch` at this instant, and for a run without an epoch. */
  readonly wasTrusted: boolean
  /** The machine's wall clock at this instant, epoch ms. */
  readonly wallTime: number
  /** The last time the wall clock was set, real ms. */
  readonly clockSetAt: number
  /** The mark of the run's request; `undefined` when the action was given no mark. */
  readonly mark: unknown
  endedAt?: number
  outcome?: 'returned' | 'threw' | 'aborted'
  /** The signal's reason for the abort. */
  abortedFor?: unknown
}

/** Two runs of a job at work at the same time. */
export interface OverlapSeen {
  readonly job: string
  readonly calls: readonly [ActionCall, ActionCall]
}

export interface ActionBehaviour {
  readonly tookMs: number
  /** Makes one in {@link LONG_ONE_IN} attempts take {@link LONG_MS} longer. */
  readonly isErratic: boolean
  readonly fails: number
  readonly resultChars?: number
  /** The action blocks the event loop of its process for this long, ms. @default 0 */
  readonly blocksMs?: number
  readonly group?: string
  readonly groupLimit?: number | { readonly fleet: number }
}

interface Active {
  readonly call: ActionCall
  readonly node: SimulatedNode
}

/** An action works in steps of this length, and looks at its signal before each step, ms by the node's clock. */
const STEP_MS = 250
const LONG_ONE_IN = 8
const LONG_MS = 8000
/** The mean of the extra time of all attempts, ms. */
export const MEAN_EXTRA_MS: number = LONG_MS / LONG_ONE_IN
/** Time to notice an overlap, after a process has resumed and after a rival has begun, real ms. */
const NOTICE_MS = 1000

export class ActionLog {
  readonly calls: ActionCall[] = []
  /** Pairs of runs of one job at work at the same time. */
  readonly overlaps: OverlapSeen[] = []
  /** Groups with more actions at work than the limit for the fleet. */
  readonly crowds: string[] = []
  readonly #world: World
  readonly #onEnded: (call: ActionCall) => void
  readonly #active = new Map<string, Set<Active>>()
  readonly #ofGroups = new Map<string, Set<Active>>()

  /** @param onEnded - called at the end of an action, before the scheduler hears of the end */
  constructor(world: World, onEnded: (call: ActionCall) => void = () => {}) {
    this.#world = world
    this.#onEnded = onEnded
  }

  /** The body of every simulated action: works in steps for a while, and obeys the signal. */
  async act(node: SimulatedNode, call: ActionCall, context: JobContext, behaviour: ActionBehaviour): Promise<string> {
    this.calls.push(call)
    const active = activeIn(this.#active, call.job)
    const { group = '', groupLimit = 0 } = behaviour
    const ofGroup = activeIn(this.#ofGroups, group)
    const limit = typeof groupLimit === 'number' ? Infinity : groupLimit.fleet
    const entry = { call, node }
    active.add(entry)
    ofGroup.add(entry)
    // The chances of an attempt are the same in every process.
    const luck = chanceOf(`${call.job} ${call.tick} ${call.attempt}`)
    const isLong = behaviour.isErratic && chanceOf(`long ${call.job} ${call.tick} ${call.attempt}`) * LONG_ONE_IN < 1
    const lasts = behaviour.tookMs * (0.25 + 1.5 * luck) + (isLong ? LONG_MS : 0)
    try {
      if (behaviour.blocksMs !== undefined) {
        node.pause(behaviour.blocksMs)
        await node.clock.sleep(0)
        if (context.signal.aborted) throw context.signal.reason
      }
      for (let worked = 0; worked < lasts; worked += STEP_MS) {
        if (context.signal.aborted) throw context.signal.reason
        this.#checkRivals(call, node)
        this.#checkGroup(group, limit, ofGroup)
        await node.clock.sleep(Math.min(STEP_MS, lasts - worked), context.signal)
      }
      if (chanceOf(`fails ${call.job} ${call.tick} ${call.attempt}`) < behaviour.fails) throw new Error('on purpose')
      const { resultChars = 0 } = behaviour
      if (resultChars > 0) context.log('done'.padEnd(resultChars))
      call.outcome = 'returned'
      return `${call.runId} ${call.attempt}`.padEnd(resultChars)
    } catch (error) {
      call.outcome = context.signal.aborted ? 'aborted' : 'threw'
      if (context.signal.aborted) call.abortedFor = (context.signal.reason as { reason?: unknown }).reason
      throw error
    } finally {
      call.endedAt = this.#world.now
      active.delete(entry)
      ofGroup.delete(entry)
      this.#onEnded(call)
    }
  }

  #checkRivals(call: ActionCall, node: SimulatedNode): void {
    if (node.runningForMs < NOTICE_MS) return
    for (const rival of activeIn(this.#active, call.job)) {
      if (rival.call.runId === call.runId || !this.#isAtWork(rival)) continue
      this.overlaps.push({ job: call.job, calls: [call, rival.call] })
    }
  }

  #checkGroup(group: string, limit: number, active: ReadonlySet<Active>): void {
    if (active.size <= limit) return
    const atWork = [...active]
      .filter((each) => this.#isAtWork(each))
      .map(({ call }) => `${call.process} on ${call.job}`)
    if (atWork.length > limit) this.crowds.push(`${atWork.length} actions of ${group} at work: ${atWork.join(', ')}`)
  }

  #isAtWork({ call, node }: Active): boolean {
    return node.runningForMs >= NOTICE_MS && this.#world.now - call.startedAt >= NOTICE_MS
  }
}

function activeIn(all: Map<string, Set<Active>>, name: string): Set<Active> {
  let active = all.get(name)
  if (active === undefined) all.set(name, (active = new Set()))
  return active
}

/** A number from 0 to 1 derived from the text: FNV-1a, then a round of mixing. */
export function chanceOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}
