import { createHash } from 'node:crypto'
import { custom, having, integer, optional, resolveOptions, string } from '@s3sched/kernel'
import { ENGINE_SPEC, type EngineOptions } from '../engine/engine-options.ts'
import type { Engine } from '../engine/engine.ts'
import { engineTarget } from '../engine/engine-target.ts'
import { loadPeer } from '../load-peer.ts'
import type { TargetAction } from '../target-context.ts'
import { TargetError } from '../target-error.ts'
import { jobFor, type JobTemplate } from './job-manifest.ts'
import { lookAt, resultIn, type JobStatus, type PodList } from './job-state.ts'

/** The used part of a `KubeConfig`. */
export interface KubernetesConfig {
  /** Makes a client for a part of the API. */
  makeApiClient(api: never): unknown
}

/** The options of the target for Kubernetes. */
export interface KubernetesJobOptions extends EngineOptions {
  /** The namespace of the Job. @default 'default' */
  readonly namespace?: string
  /**
   * A `KubeConfig` of `@kubernetes/client-node`. @default the service account of the pod, or the user's own configuration
   */
  readonly config?: KubernetesConfig
  /** The time that a finished Job is kept, s. Kubernetes knows the key while the Job is kept. @default 86400 */
  readonly keepSeconds?: number
}

const SPEC = {
  ...ENGINE_SPEC,
  namespace: string({ max: 63, default: 'default' }),
  config: optional(having<KubernetesConfig>('a KubeConfig', 'makeApiClient')),
  keepSeconds: integer({ min: 0, max: 2 ** 31 - 1, default: 86_400 }),
} as const

const isTemplate = custom(
  'the spec of a Job, with template.spec.containers',
  (value): value is JobTemplate =>
    Array.isArray((value as JobTemplate | undefined)?.template?.spec?.containers) &&
    (value as JobTemplate).template.spec.containers.length > 0,
)

/** The used calls of Kubernetes. */
interface Calls {
  readonly createNamespacedJob: (request: { readonly namespace: string; readonly body: object }) => Promise<unknown>
  readonly readNamespacedJob: (request: Work) => Promise<JobStatus>
  readonly deleteNamespacedJob: (request: Work & { readonly propagationPolicy: string }) => Promise<unknown>
  readonly listNamespacedPod: (request: {
    readonly namespace: string
    readonly labelSelector: string
  }) => Promise<PodList>
}

/** Kubernetes's name of the work. */
interface Work {
  readonly namespace: string
  readonly name: string
}

/**
 * An action that creates a Job of Kubernetes, and follows the Job to its end. The name of the Job is derived from the
 * job's name and the run's key, so Kubernetes takes a key once while the Job exists.
 *
 * @param template - the `spec` of a Job: `template`, and whatever else it should have
 * @throws S3SchedError `INVALID_OPTIONS`
 * @example { schedule: '@daily', timeout: 3_600_000, action: kubernetesJob({ template: { spec: { restartPolicy: 'Never',
 *   containers: [{ name: 'report', image: 'registry.internal/report:7' }] } } }) }
 */
export function kubernetesJob(template: JobTemplate, options: KubernetesJobOptions = {}): TargetAction {
  const { config, keepSeconds, namespace, ...resolved } = resolveOptions('kubernetesJob', SPEC, options)
  resolveOptions('kubernetesJob', { template: isTemplate }, { template })
  let made: Promise<Calls> | undefined
  const calls = (): Promise<Calls> => (made ??= connect(config))
  const engine: Engine<Work> = {
    name: 'Kubernetes',
    handOver: async (message) => {
      const name = nameOf(message.job, message.idempotencyKey)
      const body = jobFor(template, { name, namespace, keepSeconds, message })
      await call(async () => (await calls()).createNamespacedJob({ namespace, body }), 'taken before')
      return { namespace, name }
    },
    look: async (work) => {
      const job = await call(async () => (await calls()).readNamespacedJob(work), 'gone')
      if (job === undefined) return { state: 'gone' }
      const seen = lookAt(job)
      if (seen.state !== 'done') return seen
      const labelSelector = `batch.kubernetes.io/job-name=${work.name}`
      const pods = await (await calls()).listNamespacedPod({ namespace, labelSelector }).catch(forbidden)
      return { state: 'done', result: resultIn(pods) }
    },
    cancel: async (work) => {
      const deletion = { ...work, propagationPolicy: 'Background' }
      await call(async () => (await calls()).deleteNamespacedJob(deletion), 'gone')
    },
  }
  return engineTarget(engine, resolved)
}

async function connect(config: KubernetesConfig | undefined): Promise<Calls> {
  const { BatchV1Api, CoreV1Api, KubeConfig } = await loadPeer(
    '@kubernetes/client-node',
    'the target kubernetesJob',
    () => import('@kubernetes/client-node'),
  )
  let own: KubernetesConfig | undefined = config
  if (own === undefined) {
    const found = new KubeConfig()
    found.loadFromDefault()
    own = found
  }
  const batch = own.makeApiClient(BatchV1Api as never) as Calls
  const core = own.makeApiClient(CoreV1Api as never) as Calls
  return {
    createNamespacedJob: (request) => batch.createNamespacedJob(request),
    readNamespacedJob: (request) => batch.readNamespacedJob(request),
    deleteNamespacedJob: (request) => batch.deleteNamespacedJob(request),
    listNamespacedPod: (request) => core.listNamespacedPod(request),
  }
}

const STATUS_OF = { 'taken before': 409, gone: 404 } as const

/** @returns `undefined` for the expected refusal. @throws TargetError for a final no of the server */
async function call<T>(act: () => Promise<T>, expected: keyof typeof STATUS_OF): Promise<T | undefined> {
  try {
    return await act()
  } catch (thrown) {
    const { body, code } = thrown as { readonly code?: unknown; readonly body?: unknown }
    if (code === STATUS_OF[expected]) return undefined
    if (typeof code !== 'number' || code < 400 || code > 499 || code === 408 || code === 429) throw thrown
    throw new TargetError(`Kubernetes refused the work: ${reasonIn(body)}`, { code: 'REFUSED', context: { code } })
  }
}

/** The answer of Kubernetes is a `Status`, as text or as an object. */
function reasonIn(body: unknown): string {
  try {
    const { message } = (typeof body === 'string' ? JSON.parse(body) : body) as { readonly message?: unknown }
    return String(message)
  } catch {
    return String(body)
  }
}

/** Without the right to read pods there is no result, and the end is known all the same. */
function forbidden(thrown: unknown): PodList {
  if ((thrown as { readonly code?: unknown }).code === 403) return { items: [] }
  throw thrown
}

/** A label of DNS, as Kubernetes wants it: pods are called after their Job, so 63 characters are too many. */
function nameOf(job: string, key: string): string {
  const slug = job
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 30)
    .replace(/-+$/, '')
  const digest = createHash('sha256').update(`${job}\n${key}`).digest('hex').slice(0, 20)
  return slug === '' ? `s3sched-${digest}` : `${slug}-${digest}`
}
