import { createHash } from 'node:crypto'
import { custom, having, optional, resolveOptions, string, type Clock } from '@s3sched/kernel'
import { ENGINE_SPEC, type EngineOptions } from '../engine/engine-options.ts'
import type { Engine, Look } from '../engine/engine.ts'
import { engineTarget } from '../engine/engine-target.ts'
import { createIdleClient, keepClient, type Clients } from '../engine/idle-client.ts'
import { loadPeer } from '../load-peer.ts'
import type { TargetAction } from '../target-context.ts'

/** The used part of a `PgBoss`. */
export interface PgBossClient {
  /** Adds a job; `null` where there is one with this id. */
  send(queue: string, data: object, options: object): Promise<string | null>
  /** The job with this id; `null` for none. */
  getJobById(queue: string, id: string): Promise<PgBossJob | null>
  /** Cancels a job. */
  cancel(queue: string, id: string): Promise<unknown>
}

/** The used part of a job of pg-boss. */
export interface PgBossJob {
  /** The state, such as `completed` or `failed`. */
  readonly state: string
  /** The result of the worker, or its error. */
  readonly output?: unknown
}

/** The options of the target `pgBoss`. */
export interface PgBossOptions extends EngineOptions {
  /**
   * The address of the database, or a started `PgBoss` that the application stops. From an address the target opens a
   * connection when it has work, and closes the connection five seconds after the last.
   */
  readonly boss: string | PgBossClient
  /** The schema of pg-boss in the database, with an address. @default pg-boss's own */
  readonly schema?: string
  /** More options of pg-boss's job, such as `retryLimit`, `priority` and `expireInSeconds`. */
  readonly job?: Readonly<Record<string, unknown>>
}

const IS_BOSS = having<PgBossClient>('a PgBoss', 'send', 'getJobById', 'cancel')

const SPEC = {
  ...ENGINE_SPEC,
  boss: custom(
    'the address of a database, or a started PgBoss',
    (value): value is string | PgBossClient => (typeof value === 'string' && value !== '') || IS_BOSS.accepts(value),
  ),
  schema: optional(string()),
  job: optional(
    custom(
      'an object',
      (value): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null,
    ),
  ),
} as const

/** The longest bound that pg-boss takes. */
const LONGEST_S = 86_400

/** The name of the work in pg-boss. */
interface Work {
  readonly queue: string
  readonly id: string
}

/**
 * An action that sends the run to a queue of pg-boss, under an id that is derived from the run's key, and follows
 * pg-boss's job.
 *
 * PostgreSQL refuses a second job under an id, so one key makes one job while pg-boss keeps the job. The retries of the
 * work are pg-boss's (`job.retryLimit`); the `retries` of the scheduler's job repeat the hand-over alone.
 *
 * @param queue - an existing queue
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example { schedule: '@hourly', action: pgBoss('reports', { boss: process.env.DATABASE_URL }) }
 */
export function pgBoss(queue: string, options: PgBossOptions): TargetAction {
  const resolved = resolveOptions('pgBoss', SPEC, options)
  const { boss, clock, job, schema } = resolved
  const clients: Clients<PgBossClient> = typeof boss === 'string' ? connect(boss, schema, clock) : keepClient(boss)
  const engine: Engine<Work> = {
    name: 'pg-boss',
    handOver: (message) =>
      clients.use(async (client) => {
        const id = uuidOf(message.idempotencyKey)
        const { timeoutMs } = message
        // The database ends work whose worker and whose scheduler are both gone.
        const seconds = Math.ceil((timeoutMs ?? Infinity) / 1000)
        const bound = seconds > LONGEST_S ? {} : { expireInSeconds: seconds }
        // `null` where the id exists already.
        await client.send(queue, message, { ...bound, ...job, id })
        return { queue, id }
      }),
    look: ({ id }) => clients.use(async (client) => lookOf(await client.getJobById(queue, id))),
    cancel: ({ id }) => clients.use(async (client) => void (await client.cancel(queue, id))),
  }
  return engineTarget(engine, resolved)
}

function lookOf(job: PgBossJob | null): Look {
  if (job === null) return { state: 'gone' }
  if (job.state === 'completed') return { state: 'done', result: job.output ?? undefined }
  if (job.state === 'cancelled') return { state: 'failed', reason: 'the job was cancelled' }
  if (job.state !== 'failed') return { state: 'working' }
  const { message } = (job.output ?? {}) as { readonly message?: unknown }
  return { state: 'failed', reason: typeof message === 'string' ? message : JSON.stringify(job.output) }
}

/** A UUID of version 8, the same for the same key in every process. */
function uuidOf(key: string): string {
  const digest = createHash('sha256').update(`s3sched ${key}`).digest('hex')
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5')
}

function connect(connectionString: string, schema: string | undefined, clock: Clock) {
  return createIdleClient({
    clock,
    open: async () => {
      const { PgBoss } = await loadPeer('pg-boss', 'the target pgBoss', () => import('pg-boss'))
      // The application's own instances tend the queues.
      const quiet = { supervise: false, schedule: false, migrate: false, max: 2 }
      const boss = new PgBoss({ connectionString, ...quiet, ...(schema === undefined ? {} : { schema }) })
      // Each call fails by itself; without a listener the event would end the process.
      boss.on('error', () => undefined)
      return boss.start()
    },
    close: (boss) => boss.stop(),
  })
}
