import { resolveOptions, string } from '@s3sched/kernel'
import { AWS_SPEC, awsCalls, type AwsOptions } from '../aws/aws-client.ts'
import { HAND_OVER_SPEC, handOverOnly, type HandOverOptions } from '../engine/engine-options.ts'
import type { Engine } from '../engine/engine.ts'
import { engineTarget } from '../engine/engine-target.ts'
import { loadPeer } from '../load-peer.ts'
import type { TargetAction } from '../target-context.ts'
import { TargetError } from '../target-error.ts'

/** The options of the target `eventbridge`. */
export interface EventBridgeOptions extends HandOverOptions, AwsOptions {
  /** The source of the event, for the rules. @default 's3sched' */
  readonly source?: string
  /** The type of the event, for the rules. @default 's3sched run' */
  readonly detailType?: string
}

const SPEC = {
  ...HAND_OVER_SPEC,
  ...AWS_SPEC,
  source: string({ max: 256, default: 's3sched' }),
  detailType: string({ max: 128, default: 's3sched run' }),
} as const

const load = () =>
  loadPeer('@aws-sdk/client-eventbridge', 'the target eventbridge', () => import('@aws-sdk/client-eventbridge'))

interface Answer {
  readonly Entries?: readonly {
    readonly EventId?: string
    readonly ErrorCode?: string
    readonly ErrorMessage?: string
  }[]
}

/** Codes of an entry that a later attempt may mend. */
const LATER: readonly string[] = ['ThrottlingException', 'InternalFailure', 'InternalException']

/**
 * An action that puts the run as an event on a bus of Amazon EventBridge. A bus does not tell what becomes of its
 * events, so the hand-over ends the run, with the event's id as the result. A bus takes each event, whatever its key.
 *
 * @param bus - the name or the ARN of the bus
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example { schedule: '@daily', action: eventbridge('default', { detailType: 'nightly report' }) }
 */
export function eventbridge(bus: string, options: EventBridgeOptions = {}): TargetAction {
  const { client, detailType, payload, source } = resolveOptions('eventbridge', SPEC, options)
  const call = awsCalls(client, async () => (await load()).EventBridgeClient)
  const engine: Engine<{ readonly eventId: string | undefined }> = {
    name: 'EventBridge',
    handOver: async (message, _wait, signal) => {
      const { PutEventsCommand } = await load()
      const entry = {
        EventBusName: bus,
        Source: source,
        DetailType: detailType,
        Detail: JSON.stringify(message),
      }
      const { Entries } = (await call(new PutEventsCommand({ Entries: [entry] }), signal)) as Answer
      const { ErrorCode, ErrorMessage, EventId } = Entries?.[0] ?? {}
      if (ErrorCode === undefined) return { eventId: EventId }
      const isLater = LATER.includes(ErrorCode)
      throw new TargetError(`EventBridge did not take the event: ${ErrorCode}: ${ErrorMessage ?? ''}`, {
        code: isLater ? 'UNAVAILABLE' : 'REFUSED',
        retriable: isLater,
      })
    },
  }
  return engineTarget(engine, handOverOnly(payload))
}
