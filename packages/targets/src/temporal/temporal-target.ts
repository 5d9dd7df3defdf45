import { having, messageOf, optional, resolveOptions, string, type Clock } from '@s3sched/kernel'
import { ENGINE_SPEC, type EngineOptions } from '../engine/engine-options.ts'
import type { Engine, Look } from '../engine/engine.ts'
import { engineTarget } from '../engine/engine-target.ts'
import { createIdleClient, keepClient, type Clients } from '../engine/idle-client.ts'
import { loadPeer } from '../load-peer.ts'
import type { TargetAction } from '../target-context.ts'
import { TargetError } from '../target-error.ts'

/** The used part of a `Client` of `@temporalio/client`. */
export interface TemporalClient {
  readonly workflow: {
    /** Starts a workflow; rejects where one with this id runs. */
    start(workflowType: string, options: never): Promise<unknown>
    /** The workflow with this id, without a request. */
    getHandle(workflowId: string): TemporalHandle
  }
}

/** The used part of a handle of a workflow. */
export interface TemporalHandle {
  /** The present state of the workflow. */
  describe(): Promise<{ readonly status: { readonly name: string } }>
  /** The result of the workflow. Rejects where the workflow failed. */
  result(): Promise<unknown>
  /** Asks the workflow to cancel itself. */
  cancel(): Promise<unknown>
}

/** The options of the target `temporal`. */
export interface TemporalOptions extends EngineOptions {
  /** The task queue of the workers that know the workflow. */
  readonly taskQueue: string
  /**
   * A `Client` of the application's own, with its connection, namespace and data converter. Without one the target opens
   * a connection to `address` when it has work, and closes the connection five seconds after the last.
   */
  readonly client?: TemporalClient
  /** Host and port. Not beside `client`. @default 'localhost:7233' */
  readonly address?: string
  /** The namespace. Not beside `client`. @default 'default' */
  readonly namespace?: string
  /** An API key, as of Temporal Cloud; the connection then uses TLS. Not beside `client`. */
  readonly apiKey?: string
}

const HAS_WORKFLOWS = having<TemporalClient['workflow']>('a Client of Temporal', 'start', 'getHandle')

const SPEC = {
  ...ENGINE_SPEC,
  taskQueue: string(),
  client: optional({
    expected: 'a Client of Temporal',
    required: true,
    accepts: (value): value is TemporalClient => HAS_WORKFLOWS.accepts((value as TemporalClient | null)?.workflow),
  }),
  address: optional(string()),
  namespace: optional(string()),
  apiKey: optional(string({ max: 16_384 })),
} as const

/** Temporal's name of the work. */
interface Work {
  readonly workflowId: string
}

/**
 * An action that starts a workflow of Temporal under the run's key as the workflow's id, and follows the workflow. The
 * message is the argument of the workflow. Temporal starts no second workflow under an id while the id is retained.
 *
 * @param workflowType - the name of the workflow
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example { schedule: '@daily', timeout: 3_600_000, action: temporal('billing', { taskQueue: 'billing' }) }
 */
export function temporal(workflowType: string, options: TemporalOptions): TargetAction {
  const { address, apiKey, client, namespace, taskQueue, ...resolved } = resolveOptions('temporal', SPEC, options, [
    (given) =>
      given.client !== undefined && [given.address, given.namespace, given.apiKey].some((each) => each !== undefined)
        ? 'expected a client, or an address, a namespace and an API key for a client of the target'
        : undefined,
  ])
  const clients = client === undefined ? connect({ address, apiKey, namespace }, resolved.clock) : keepClient(client)
  const engine: Engine<Work> = {
    name: 'Temporal',
    handOver: (message) =>
      clients.use(async ({ workflow }) => {
        const workflowId = message.idempotencyKey
        const { timeoutMs } = message
        const start = {
          taskQueue,
          workflowId,
          args: [message],
          // The id stands for the work, also where the work has failed.
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          // Temporal ends work whose scheduler is gone.
          ...(timeoutMs === null ? {} : { workflowExecutionTimeout: timeoutMs }),
        }
        try {
          await workflow.start(workflowType, start as never)
        } catch (thrown) {
          if (nameOf(thrown) !== 'WorkflowExecutionAlreadyStartedError') throw refusalOf(thrown) ?? thrown
        }
        return { workflowId }
      }),
    look: ({ workflowId }) => clients.use(async ({ workflow }) => lookAt(workflow.getHandle(workflowId))),
    cancel: ({ workflowId }) =>
      clients.use(async ({ workflow }) => void (await workflow.getHandle(workflowId).cancel())),
  }
  return engineTarget(engine, resolved)
}

async function lookAt(handle: TemporalHandle): Promise<Look> {
  let status: string
  try {
    status = (await handle.describe()).status.name
  } catch (thrown) {
    if (nameOf(thrown) === 'WorkflowNotFoundError') return { state: 'gone' }
    throw thrown
  }
  if (status === 'COMPLETED') return { state: 'done', result: await handle.result() }
  if (status === 'FAILED') return { state: 'failed', reason: await failureOf(handle) }
  const isEnded = ['CANCELLED', 'TERMINATED', 'TIMED_OUT'].includes(status)
  return isEnded ? { state: 'failed', reason: `the workflow is ${status}` } : { state: 'working' }
}

/** The error of the workflow lies below the error of the handle. */
async function failureOf(handle: TemporalHandle): Promise<string> {
  try {
    await handle.result()
    return 'no reason is known'
  } catch (thrown) {
    if (nameOf(thrown) !== 'WorkflowFailedError') throw thrown
    const { cause } = thrown as { readonly cause?: unknown }
    return messageOf(cause ?? thrown)
  }
}

function nameOf(thrown: unknown): unknown {
  return (thrown as { readonly name?: unknown } | null)?.name
}

/** Codes of gRPC for a call that no later attempt mends: invalid, not found, forbidden, unimplemented, unauthenticated. */
const FINAL: readonly unknown[] = [3, 5, 7, 12, 16]

function refusalOf(thrown: unknown): TargetError | undefined {
  const { cause } = thrown as { readonly cause?: { readonly code?: unknown; readonly details?: unknown } }
  const isMissing = nameOf(thrown) === 'NamespaceNotFoundError'
  if (!isMissing && !FINAL.includes(cause?.code)) return undefined
  const details = typeof cause?.details === 'string' ? cause.details : messageOf(thrown)
  return new TargetError(`Temporal refused the work: ${details}`, { code: 'REFUSED', cause: thrown })
}

interface Place {
  readonly address: string | undefined
  readonly namespace: string | undefined
  readonly apiKey: string | undefined
}

function connect({ address, apiKey, namespace }: Place, clock: Clock): Clients<TemporalClient> {
  return createIdleClient({
    clock,
    open: async () => {
      const peer = await loadPeer('@temporalio/client', 'the target temporal', () => import('@temporalio/client'))
      const connection = await peer.Connection.connect({
        ...(address === undefined ? {} : { address }),
        ...(apiKey === undefined ? {} : { apiKey, tls: true }),
      })
      const client = new peer.Client({ connection, ...(namespace === undefined ? {} : { namespace }) })
      return { workflow: client.workflow, connection }
    },
    close: ({ connection }) => connection.close(),
  })
}
