import { custom, optional, resolveOptions, string } from '@s3sched/kernel'
import { AWS_SPEC, awsCalls, type AwsOptions } from '../aws/aws-client.ts'
import { ENGINE_SPEC, type EngineOptions } from '../engine/engine-options.ts'
import type { Engine, Look } from '../engine/engine.ts'
import { engineTarget } from '../engine/engine-target.ts'
import { loadPeer } from '../load-peer.ts'
import type { TargetAction } from '../target-context.ts'
import { TargetError } from '../target-error.ts'

/** The options of the target `ecs`. */
export interface EcsOptions extends EngineOptions, AwsOptions {
  /** The cluster. @default ECS's own default */
  readonly cluster?: string
  /** The container that gets the message, in its variable `S3SCHED_MESSAGE`. */
  readonly container: string
  /** More fields of ECS's `RunTask`, such as `launchType` and `networkConfiguration`. */
  readonly task?: Readonly<Record<string, unknown>>
}

const SPEC = {
  ...ENGINE_SPEC,
  ...AWS_SPEC,
  cluster: optional(string()),
  container: string(),
  task: optional(
    custom(
      'an object',
      (value): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null,
    ),
  ),
} as const

const load = () => loadPeer('@aws-sdk/client-ecs', 'the target ecs', () => import('@aws-sdk/client-ecs'))

/** ECS's name of the work. */
interface Work {
  readonly taskArn: string
}

interface Answer {
  readonly tasks?: readonly {
    readonly taskArn?: string
    readonly lastStatus?: string
    readonly stopCode?: string
    readonly stoppedReason?: string
    readonly containers?: readonly { readonly name?: string; readonly exitCode?: number; readonly reason?: string }[]
  }[]
  readonly failures?: readonly { readonly reason?: string; readonly detail?: string }[]
}

/**
 * An action that runs a task of Amazon ECS, and follows the task until it stops. ECS takes a key once within a day: the
 * key is the `clientToken` of the call. Exit code 0 of all containers is success.
 *
 * @param taskDefinition - the family, with or without a revision, or the ARN
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example { schedule: '@daily', action: ecs('report', { cluster: 'jobs', container: 'report' }), timeout: 3_600_000 }
 */
export function ecs(taskDefinition: string, options: EcsOptions): TargetAction {
  const { client, cluster, container, task, ...resolved } = resolveOptions('ecs', SPEC, options)
  const call = awsCalls(client, async () => (await load()).ECSClient)
  const where = cluster === undefined ? {} : { cluster }
  const engine: Engine<Work> = {
    name: 'ECS',
    handOver: async (message, _wait, signal) => {
      const { RunTaskCommand } = await load()
      const environment = [{ name: 'S3SCHED_MESSAGE', value: JSON.stringify(message) }]
      const command = new RunTaskCommand({
        ...task,
        ...where,
        taskDefinition,
        clientToken: message.idempotencyKey,
        startedBy: 's3sched',
        overrides: { containerOverrides: [{ name: container, environment }] },
      })
      return taskOf((await call(command, signal)) as Answer)
    },
    look: async ({ taskArn }, signal) => {
      const { DescribeTasksCommand } = await load()
      return lookOf((await call(new DescribeTasksCommand({ ...where, tasks: [taskArn] }), signal)) as Answer)
    },
    cancel: async ({ taskArn }) => {
      const { StopTaskCommand } = await load()
      await call(new StopTaskCommand({ ...where, task: taskArn, reason: 's3sched: the run was cancelled' }))
    },
  }
  return engineTarget(engine, resolved)
}

/** @throws TargetError for a task that could not be placed */
function taskOf({ failures, tasks }: Answer): Work {
  const taskArn = tasks?.[0]?.taskArn
  if (taskArn !== undefined) return { taskArn }
  const { detail, reason } = failures?.[0] ?? {}
  const text = [reason, detail].filter(Boolean).join(': ')
  // No capacity now; anything else is a mistake in the call.
  const isLater = reason === undefined || /^(RESOURCE|AGENT|CAPACITY)|capacity/i.test(reason)
  throw new TargetError(`ECS placed no task: ${text}`, {
    code: isLater ? 'UNAVAILABLE' : 'REFUSED',
    retriable: isLater,
  })
}

function lookOf({ tasks }: Answer): Look {
  const found = tasks?.[0]
  if (found === undefined) return { state: 'gone' }
  if (found.lastStatus !== 'STOPPED') return { state: 'working' }
  const exits = found.containers?.map(({ exitCode, name }) => ({ name, exitCode })) ?? []
  if (exits.length > 0 && exits.every(({ exitCode }) => exitCode === 0)) return { state: 'done', result: { exits } }
  const reasons = [found.stopCode, found.stoppedReason, ...(found.containers ?? []).map(({ reason }) => reason)]
  const codes = exits.map(({ exitCode, name }) => `${name ?? 'container'} ended with ${exitCode ?? 'no exit code'}`)
  return { state: 'failed', reason: [...codes, ...reasons.filter(Boolean)].join('; ') }
}
