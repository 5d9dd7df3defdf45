import type { TargetMessage } from '../target-message.ts'

/** The `spec` of a Job of Kubernetes, as far as it is known here. */
export interface JobTemplate {
  readonly template: {
    readonly metadata?: object
    readonly spec: {
      readonly containers: readonly ContainerTemplate[]
      readonly [field: string]: unknown
    }
  }
  readonly [field: string]: unknown
}

/** A container of the template of a job, with the fields of Kubernetes. */
export interface ContainerTemplate {
  readonly name: string
  readonly image?: string
  readonly env?: readonly object[]
  readonly [field: string]: unknown
}

export interface JobIdentity {
  readonly name: string
  readonly namespace: string
  readonly keepSeconds: number
  readonly message: TargetMessage
}

/** The Job for a message: each container gets the message in its variable `S3SCHED_MESSAGE`. */
export function jobFor(template: JobTemplate, { keepSeconds, message, name, namespace }: JobIdentity): object {
  const variable = { name: 'S3SCHED_MESSAGE', value: JSON.stringify(message) }
  const containers = template.template.spec.containers.map((container) => ({
    ...container,
    env: [...(container.env ?? []), variable],
  }))
  const { fence, idempotencyKey, job, tick, timeoutMs } = message
  const annotations = {
    's3sched/job': job,
    's3sched/idempotency-key': idempotencyKey,
    's3sched/tick': tick,
    ...(fence === null ? {} : { 's3sched/fence': String(fence) }),
  }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, annotations, labels: { 'app.kubernetes.io/managed-by': 's3sched' } },
    spec: {
      ttlSecondsAfterFinished: keepSeconds,
      // Kubernetes ends work whose scheduler is gone.
      ...(timeoutMs === null ? {} : { activeDeadlineSeconds: Math.ceil(timeoutMs / 1000) }),
      ...template,
      template: { ...template.template, spec: { ...template.template.spec, containers } },
    },
  }
}
