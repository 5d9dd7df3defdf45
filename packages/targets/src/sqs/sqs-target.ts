import { createHash } from 'node:crypto'
import { optional, resolveOptions, string } from '@s3sched/kernel'
import { AWS_SPEC, awsCalls, type AwsOptions } from '../aws/aws-client.ts'
import { HAND_OVER_SPEC, handOverOnly, type HandOverOptions } from '../engine/engine-options.ts'
import type { Engine } from '../engine/engine.ts'
import { engineTarget } from '../engine/engine-target.ts'
import { loadPeer } from '../load-peer.ts'
import type { TargetAction } from '../target-context.ts'
import type { TargetMessage } from '../target-message.ts'

/** The options of the target `sqs`. */
export interface SqsOptions extends HandOverOptions, AwsOptions {
  /** The message group in a FIFO queue: its messages are received in order. @default the name of the job */
  readonly group?: string
}

const SPEC = { ...HAND_OVER_SPEC, ...AWS_SPEC, group: optional(string({ max: 128 })) } as const

const load = () => loadPeer('@aws-sdk/client-sqs', 'the target sqs', () => import('@aws-sdk/client-sqs'))

/**
 * An action that sends the run to a queue of Amazon SQS. A queue does not tell what becomes of its messages, so the
 * hand-over ends the run, with SQS's message id as the result.
 *
 * A FIFO queue takes a key once within five minutes. A standard queue takes each message, and may deliver a message
 * twice.
 *
 * @param queueUrl - such as `https://sqs.eu-central-1.amazonaws.com/123456789012/orders.fifo`
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example { schedule: '@hourly', action: sqs(process.env.QUEUE_URL) }
 */
export function sqs(queueUrl: string, options: SqsOptions = {}): TargetAction {
  const { client, group, payload } = resolveOptions('sqs', SPEC, options)
  const call = awsCalls(client, async () => (await load()).SQSClient)
  const engine: Engine<{ readonly messageId: string | undefined }> = {
    name: 'SQS',
    handOver: async (message, _wait, signal) => {
      const { SendMessageCommand } = await load()
      const fifo = {
        MessageDeduplicationId: message.idempotencyKey,
        MessageGroupId: group ?? groupOf(message.job),
      }
      const input = {
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(message),
        MessageAttributes: attributesOf(message),
        ...(queueUrl.endsWith('.fifo') ? fifo : {}),
      }
      const { MessageId } = (await call(new SendMessageCommand(input), signal)) as { readonly MessageId?: string }
      return { messageId: MessageId }
    },
  }
  return engineTarget(engine, handOverOnly(payload))
}

/** What a filter or a first look needs, without the body. */
function attributesOf({ fence, idempotencyKey, tick }: TargetMessage) {
  const texts = { 'idempotency-key': idempotencyKey, tick, ...(fence === null ? {} : { fence: String(fence) }) }
  return Object.fromEntries(
    Object.entries(texts).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  )
}

/** A name of a job is any text, and a group has 128 characters of a few kinds. */
function groupOf(job: string): string {
  return /^[\w.-]{1,128}$/.test(job) ? job : createHash('sha256').update(job).digest('hex')
}
