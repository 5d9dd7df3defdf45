import { BatchV1Api, CoreV1Api, KubeConfig, V1Job } from '@kubernetes/client-node'
import { KUBERNETES_TOKEN } from '@s3sched-tooling/engines'
import type { TargetMessage } from '../src/index.ts'
import { kubernetesJob } from '../src/kubernetes/index.ts'
import type { Workshop } from './target-contract.ts'

const TEMPLATE = {
  backoffLimit: 0,
  template: { spec: { restartPolicy: 'Never', containers: [{ name: 'report', image: 'report:7' }] } },
}

function configOf(server: string): KubeConfig {
  const config = new KubeConfig()
  config.loadFromClusterAndUser(
    { name: 'test', server, skipTLSVerify: true },
    { name: 'test', token: KUBERNETES_TOKEN },
  )
  return config
}

/** An API server without controllers and nodes: the tests write what these would write. */
export async function openKubernetes(url: string): Promise<Workshop & { readonly config: KubeConfig }> {
  const config = configOf(url)
  const batch = config.makeApiClient(BatchV1Api)
  const core = config.makeApiClient(CoreV1Api)
  const namespace = 'default'
  const jobsOf = async (key: string): Promise<readonly V1Job[]> => {
    const { items } = await batch.listNamespacedJob({ namespace })
    return items.filter(({ metadata }) => metadata?.annotations?.['s3sched/idempotency-key'] === key)
  }
  const end = async (key: string, conditions: readonly object[], more: object): Promise<void> => {
    const [job] = await jobsOf(key)
    const name = job?.metadata?.name ?? ''
    const written = conditions.map((each) => ({ status: 'True', lastTransitionTime: new Date(), ...each }))
    const status = { startTime: job?.metadata?.creationTimestamp, conditions: written, ...more }
    await batch.replaceNamespacedJobStatus({ namespace, name, body: Object.assign(new V1Job(), job, { status }) })
  }
  /** The pod of a Job, as its controller and its node would leave the pod. */
  const addPod = async (key: string, message: string): Promise<void> => {
    const name = (await jobsOf(key))[0]?.metadata?.name ?? ''
    const metadata = { name, labels: { 'batch.kubernetes.io/job-name': name } }
    const pod = { metadata, spec: TEMPLATE.template.spec }
    const made = await core.createNamespacedPod({ namespace, body: pod })
    const state = { terminated: { exitCode: 0, message } }
    const container = { name: 'report', image: 'report:7', imageID: '', ready: false, restartCount: 0, state }
    const status = { phase: 'Succeeded', containerStatuses: [container] }
    await core.replaceNamespacedPodStatus({ namespace, name, body: Object.assign(made, { status }) })
  }
  return {
    config,
    action: (options) => kubernetesJob(TEMPLATE, { config, pollMs: 50, ...options }),
    works: async (key) =>
      (await jobsOf(key)).map(({ spec }) => {
        const set = spec?.template.spec?.containers[0]?.env?.find(({ name }) => name === 'S3SCHED_MESSAGE')
        return JSON.parse(set?.value ?? 'null') as TargetMessage
      }),
    finish: async (key, result) => {
      await addPod(key, JSON.stringify(result))
      const conditions = [{ type: 'SuccessCriteriaMet' }, { type: 'Complete' }]
      await end(key, conditions, { completionTime: new Date(), succeeded: 1 })
    },
    fail: (key, message) => {
      const reason = 'BackoffLimitExceeded'
      return end(
        key,
        [
          { type: 'FailureTarget', reason, message },
          { type: 'Failed', reason, message },
        ],
        { failed: 1 },
      )
    },
    isCancelled: async (key) => (await jobsOf(key)).length === 0,
    unreachable: () => kubernetesJob(TEMPLATE, { config: configOf('https://127.0.0.1:1') }),
    close: async () => undefined,
  }
}
