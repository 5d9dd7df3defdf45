import { custom, having, optional, resolveOptions, type Clock } from '@s3sched/kernel'
import { ENGINE_SPEC, type EngineOptions } from '../engine/engine-options.ts'
import type { Engine } from '../engine/engine.ts'
import { engineTarget } from '../engine/engine-target.ts'
import { createIdleClient, keepClient, type Clients } from '../engine/idle-client.ts'
import { loadPeer } from '../load-peer.ts'
import type { TargetAction } from '../target-context.ts'
import { TargetError } from '../target-error.ts'

/** The used part of a `Queue` of BullMQ. */
export interface BullMqQueue {
  /** The name of the queue. */
  readonly name: string
  /** Adds a job, unless there is one with this `jobId`. */
  add(name: string, data: unknown, options: object): Promise<unknown>
  /** The job with this id. */
  getJob(id: string): Promise<BullMqJob | undefined>
}

/** The used part of a `Job` of BullMQ. */
export interface BullMqJob {
  /** The result of the worker. */
  readonly returnvalue: unknown
  /** The message of the failure. */
  readonly failedReason?: string | undefined
  /** The state, such as `completed`, `failed` or `unknown`. */
  getState(): Promise<string>
  /** Removes the job, unless a worker has it. */
  remove(): Promise<void>
}

/** The options of the target `bullmq`. */
export interface BullMqOptions extends EngineOptions {
  /**
   * The address of the Redis, or BullMQ's connection options. The target opens a connection when it has work, and closes
   * the connection five seconds after the last. Not beside a queue of the application's own.
   */
  readonly connection?: string | object
  /** The prefix of BullMQ's keys in Redis. @default BullMQ's own */
  readonly prefix?: string
  /** The name of BullMQ's job. @default the name of the job */
  readonly name?: string
  /**
   * More options of BullMQ's job, such as `attempts`, `backoff` and `priority`. Finished jobs are kept for a day and
   * failed jobs for a week, unless these options say otherwise: BullMQ knows the key of a job while the job is kept.
   */
  readonly job?: Readonly<Record<string, unknown>>
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const SPEC = {
  ...ENGINE_SPEC,
  connection: optional(
    custom('an address or an object', (value): value is string | object => isText(value) || isObject(value)),
  ),
  prefix: optional(custom('a text', isText)),
  name: optional(custom('a text', isText)),
  job: optional(custom('an object', (value): value is Readonly<Record<string, unknown>> => isObject(value))),
} as const

const IS_QUEUE = having<BullMqQueue>('a queue', 'add', 'getJob')

const DAY_S = 86_400

/** BullMQ's name of the work. */
interface Work {
  readonly queue: string
  readonly jobId: string
}

/**
 * An action that adds the run to a queue of BullMQ under the run's key as BullMQ's job id, and follows BullMQ's job.
 *
 * BullMQ adds no second job under an id that Redis still knows. The retries of the work are BullMQ's (`job.attempts`);
 * the `retries` of the scheduler's job repeat the hand-over alone.
 *
 * @param queue - the name of a queue, with `connection`, or a `Queue` that the application opened and closes
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example { schedule: '@hourly', action: bullmq('emails', { connection: 'redis://cache.internal' }) }
 */
export function bullmq(queue: string | BullMqQueue, options: BullMqOptions = {}): TargetAction {
  const { connection, prefix, ...resolved } = resolveOptions('bullmq', SPEC, options)
  const { clock, name: named } = resolved
  const { clients, name } = clientsOf(queue, connection, prefix, clock)
  const engine: Engine<Work> = {
    name: 'BullMQ',
    handOver: (message) =>
      clients.use(async (client) => {
        const kept = { removeOnComplete: { age: DAY_S }, removeOnFail: { age: 7 * DAY_S } }
        const jobId = message.idempotencyKey
        await client.add(named ?? message.job, message, { ...kept, ...resolved.job, jobId })
        return { queue: name, jobId }
      }),
    look: ({ jobId }) =>
      clients.use(async (client) => {
        const job = await client.getJob(jobId)
        if (job === undefined) return { state: 'gone' }
        const state = await job.getState()
        if (state !== 'completed' && state !== 'failed') return { state: 'working' }
        // The fields of a job are those of its reading, which may be older than its state.
        const ended = await client.getJob(jobId)
        if (ended === undefined) return { state: 'gone' }
        if (state === 'completed') return { state: 'done', result: ended.returnvalue }
        return { state: 'failed', reason: ended.failedReason ?? 'no reason is known' }
      }),
    cancel: ({ jobId }) => clients.use(async (client) => (await client.getJob(jobId))?.remove()),
  }
  return engineTarget(engine, resolved)
}

function clientsOf(
  queue: string | BullMqQueue,
  connection: string | object | undefined,
  prefix: string | undefined,
  clock: Clock,
): { readonly clients: Clients<BullMqQueue>; readonly name: string } {
  if (isText(queue) && connection !== undefined) {
    return { name: queue, clients: connect(queue, connection, prefix, clock) }
  }
  if (IS_QUEUE.accepts(queue) && connection === undefined && prefix === undefined) {
    return { name: queue.name, clients: keepClient(queue) }
  }
  throw new TargetError('bullmq: expected the name of a queue and a connection, or a queue alone', {
    code: 'REFUSED',
    suggestion: "Such as bullmq('emails', { connection: 'redis://cache.internal' })",
  })
}

function connect(name: string, connection: string | object, prefix: string | undefined, clock: Clock) {
  return createIdleClient({
    clock,
    open: async () => {
      const { Queue } = await loadPeer('bullmq', 'the target bullmq', () => import('bullmq'))
      const address = typeof connection === 'string' ? { url: connection } : connection
      // A Redis that is away fails the hand-over, for the job's retries, instead of holding the run.
      const queue = new Queue(name, {
        connection: { maxRetriesPerRequest: 1, ...address },
        skipWaitingForReady: true,
        ...(prefix === undefined ? {} : { prefix }),
      })
      // Each command fails by itself; without a listener the event would end the process.
      queue.on('error', () => undefined)
      return queue
    },
    close: (queue) => queue.close(),
  })
}
