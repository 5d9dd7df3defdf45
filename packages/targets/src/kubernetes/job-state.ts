import type { Look } from '../engine/engine.ts'

/** The used part of a Job of Kubernetes. */
export interface JobStatus {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly reason?: string
      readonly message?: string
    }[]
  }
}

/** The used part of a list of pods. */
export interface PodList {
  readonly items: readonly {
    readonly status?: {
      readonly phase?: string
      readonly containerStatuses?: readonly {
        readonly state?: { readonly terminated?: { readonly message?: string } }
      }[]
    }
  }[]
}

/** The condition `Complete` or `Failed` is the end; anything before, such as `FailureTarget`, may still change. */
export function lookAt({ status }: JobStatus): Look {
  const conditions = status?.conditions?.filter((condition) => condition.status === 'True') ?? []
  if (conditions.some(({ type }) => type === 'Complete')) return { state: 'done' }
  const failed = conditions.find(({ type }) => type === 'Failed')
  if (failed === undefined) return { state: 'working' }
  return { state: 'failed', reason: [failed.reason, failed.message].filter(Boolean).join(': ') }
}

/**
 * The termination message of the pod that succeeded, as the result: JSON as its value, any other text as a text. A
 * container writes this message to `/dev/termination-log`.
 */
export function resultIn({ items }: PodList): unknown {
  const pod = items.find(({ status }) => status?.phase === 'Succeeded')
  const said = pod?.status?.containerStatuses?.map(({ state }) => state?.terminated?.message).find(Boolean)
  if (said === undefined) return undefined
  try {
    return JSON.parse(said)
  } catch {
    return said
  }
}
