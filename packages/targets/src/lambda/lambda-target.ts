import { oneOf, optional, resolveOptions, string, systemClock } from '@s3sched/kernel'
import { AWS_SPEC, awsCalls, type AwsOptions } from '../aws/aws-client.ts'
import { HAND_OVER_SPEC, type HandOverOptions } from '../engine/engine-options.ts'
import type { Engine, Look } from '../engine/engine.ts'
import { engineTarget } from '../engine/engine-target.ts'
import { loadPeer } from '../load-peer.ts'
import type { TargetAction } from '../target-context.ts'
import type { Wait } from '../target-message.ts'

/** The options of the target `lambda`. */
export interface LambdaOptions extends HandOverOptions, AwsOptions {
  /**
   * - `accepted`: an asynchronous invocation, which ends the run; Lambda tries twice more after an error
   * - `done`: a synchronous invocation, of at most 15 minutes; its answer is the result of the run
   * @default 'done'
   */
  readonly wait?: Wait
  /** The version or the alias. @default the function's latest */
  readonly qualifier?: string
}

const SPEC = {
  ...HAND_OVER_SPEC,
  ...AWS_SPEC,
  wait: oneOf(['accepted', 'done'], 'done'),
  qualifier: optional(string({ max: 128 })),
} as const

const load = () => loadPeer('@aws-sdk/client-lambda', 'the target lambda', () => import('@aws-sdk/client-lambda'))

interface Answer {
  readonly FunctionError?: string
  readonly Payload?: Uint8Array
  readonly $metadata?: { readonly requestId?: string }
}

/** The end is known with the answer. */
interface Work {
  readonly requestId: string | undefined
  readonly end?: Look
}

/**
 * An action that invokes a function of AWS Lambda, with the message as the event. Lambda knows no keys: a function that
 * must work once per key keeps the keys itself.
 *
 * @param functionName - the name or the ARN
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example { schedule: '@hourly', action: lambda('clean-up'), timeout: 900_000 }
 */
export function lambda(functionName: string, options: LambdaOptions = {}): TargetAction {
  const { client, payload, qualifier, wait } = resolveOptions('lambda', SPEC, options)
  const call = awsCalls(client, async () => (await load()).LambdaClient)
  const engine: Engine<Work> = {
    name: 'Lambda',
    handOver: async (message, _wait, signal) => {
      const { InvokeCommand } = await load()
      const command = new InvokeCommand({
        FunctionName: functionName,
        InvocationType: wait === 'done' ? 'RequestResponse' : 'Event',
        Payload: Buffer.from(JSON.stringify(message)),
        ...(qualifier === undefined ? {} : { Qualifier: qualifier }),
      })
      const answer = (await call(command, signal)) as Answer
      const requestId = answer.$metadata?.requestId
      return wait === 'done' ? { requestId, end: endOf(answer) } : { requestId }
    },
    look: async ({ end = { state: 'gone' } }) => end,
  }
  return engineTarget(engine, { wait, payload, pollMs: 0, clock: systemClock })
}

function endOf({ FunctionError, Payload }: Answer): Look {
  const result = parse(Payload === undefined ? '' : Buffer.from(Payload).toString())
  if (FunctionError === undefined) return { state: 'done', result }
  const { errorMessage, errorType } = (result ?? {}) as Readonly<Record<string, unknown>>
  return { state: 'failed', reason: [errorType, errorMessage ?? FunctionError].filter(Boolean).join(': ') }
}

/** A function may answer with any text. */
function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
