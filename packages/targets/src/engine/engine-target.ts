import { reasonOf } from '../reason-of.ts'
import { targetAction, type TargetAction, type TargetContext } from '../target-context.ts'
import { TargetError } from '../target-error.ts'
import { messageFor } from '../target-message.ts'
import type { Engine, Look } from './engine.ts'
import type { ResolvedEngineOptions } from './engine-options.ts'
import { orAbort } from './or-abort.ts'

/** The wait before the second look at the work; each further wait is twice as long, up to `pollMs`. */
const FIRST_WAIT_MS = 50

/**
 * The ends of a run that end the work too. After any other (the process stops, or lost its right to run) another attempt
 * may follow the same work.
 */
const ENDS_OF_WORK: readonly unknown[] = ['timeout', 'cancelled', 'superseded']

/** An action that hands a run to an engine, and follows the work where the options say so. */
export function engineTarget<Work extends object>(engine: Engine<Work>, options: ResolvedEngineOptions): TargetAction {
  return targetAction(async (context) => {
    const message = messageFor(context, options.payload?.(context), options.wait)
    const { signal } = context
    const work = await handOver(engine, () => engine.handOver(message, options.wait, signal), signal)
    if (options.wait === 'accepted' || engine.look === undefined) return work
    try {
      return await follow({ name: engine.name, look: engine.look }, work, context, options)
    } catch (thrown) {
      if (signal.aborted && ENDS_OF_WORK.includes((signal.reason as { readonly reason?: unknown } | null)?.reason)) {
        await cancel(engine, work, context)
      }
      throw thrown
    }
  })
}

async function handOver<Work extends object>(
  { name }: Engine<Work>,
  act: () => Promise<Work>,
  signal: AbortSignal,
): Promise<Work> {
  signal.throwIfAborted()
  try {
    return await orAbort(act(), signal)
  } catch (thrown) {
    signal.throwIfAborted()
    if (thrown instanceof TargetError) throw thrown
    throw new TargetError(`${name} could not take the work: ${reasonOf(thrown)}`, {
      code: 'UNAVAILABLE',
      retriable: true,
      cause: thrown,
    })
  }
}

async function follow<Work extends object>(
  { look, name }: Required<Pick<Engine<Work>, 'name' | 'look'>>,
  work: Work,
  context: TargetContext,
  { clock, pollMs }: ResolvedEngineOptions,
): Promise<unknown> {
  const { signal } = context
  let trouble: string | undefined
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, pollMs)) {
    let seen: Look = { state: 'working' }
    try {
      seen = await orAbort(look(work, signal), signal)
    } catch (thrown) {
      signal.throwIfAborted()
      const reason = reasonOf(thrown)
      // Once for each kind of trouble: the log of a run is bounded.
      if (reason !== trouble) context.log?.(`${name} could not be asked for the work, and will be again: ${reason}`)
      trouble = reason
    }
    if (seen.state === 'done') return seen.result
    if (seen.state === 'failed') throw failed(`the work in ${name} failed: ${seen.reason}`, work)
    if (seen.state === 'gone') throw failed(`${name} does not know the work any more, so its end can't be known`, work)
    await clock.sleep(Math.min(waitMs, pollMs), signal)
  }
}

function failed(problem: string, work: object): TargetError {
  return new TargetError(problem, { code: 'FAILED', context: { work } })
}

async function cancel<Work extends object>(engine: Engine<Work>, work: Work, context: TargetContext): Promise<void> {
  try {
    await engine.cancel?.(work)
  } catch (thrown) {
    context.log?.(`the work in ${engine.name} could not be cancelled: ${reasonOf(thrown)}`)
  }
}
