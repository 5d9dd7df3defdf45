import { startKubernetes } from '@s3sched-tooling/engines'
import { afterAll, describe, expect, it } from 'vitest'
import { kubernetesJob } from '../src/kubernetes/index.ts'
import { openKubernetes } from './kubernetes-workshop.ts'
import { contextOf, targetContract } from './target-contract.ts'

// A kube-apiserver takes long to build, so CI may lack the server: src/kubernetes/kubernetes.test.ts then stands alone, on
// scripted answers.
const kubernetes = await startKubernetes()
afterAll(() => kubernetes?.stop())

describe.skipIf(kubernetes === undefined)('on an API server of Kubernetes', () => {
  targetContract('kubernetesJob', () => openKubernetes(kubernetes?.url ?? ''), { follows: true, deduplicates: true })

  it('a Job that Kubernetes does not take is refused for good', async () => {
    const { config } = await openKubernetes(kubernetes?.url ?? '')
    const wrong = { template: { spec: { containers: [{ name: 'Not A Name', image: 'report:7' }] } } }
    await expect(kubernetesJob(wrong, { config })(contextOf())).rejects.toMatchObject({
      code: 'REFUSED',
      retriable: false,
      message: expect.stringContaining('Not A Name') as string,
    })
  })
})
