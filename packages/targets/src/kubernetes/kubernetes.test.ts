import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, describe, expect, it } from 'vitest'
import type { TargetContext } from '../index.ts'
import { kubernetesJob } from './index.ts'

/** Answers in the form of a kube-apiserver 1.37, with the used fields. */
const CREATED = [201, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' }, status: {} }] as const
const RUNNING = [200, { kind: 'Job', status: { active: 1, startTime: '2031-01-01T00:00:00Z' } }] as const
const FAILING = [200, { kind: 'Job', status: { conditions: [{ type: 'FailureTarget', status: 'True' }] } }] as const
const COMPLETE = [200, { kind: 'Job', status: { conditions: [{ type: 'Complete', status: 'True' }] } }] as const
const EXISTS = [409, { kind: 'Status', status: 'Failure', reason: 'AlreadyExists', code: 409 }] as const
const GONE = [404, { kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 }] as const
const FORBIDDEN = [403, { kind: 'Status', message: 'jobs.batch is forbidden', reason: 'Forbidden', code: 403 }] as const
const BUSY = [429, { kind: 'Status', reason: 'TooManyRequests', code: 429 }] as const
const AWAY = [503, { kind: 'Status', reason: 'ServiceUnavailable', code: 503 }] as const
const podsWith = (message?: string) =>
  [
    200,
    {
      kind: 'PodList',
      items: [
        { status: { phase: 'Failed', containerStatuses: [{ state: { terminated: { message: 'first try' } } }] } },
        { status: { phase: 'Succeeded', containerStatuses: [{ state: { terminated: { message } } }] } },
      ],
    },
  ] as const

type Answer = readonly [status: number, body: object]

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

/** A target whose API server gives these answers one after the other. */
async function run(...answers: readonly Answer[]) {
  const seen: string[] = []
  const bodies: unknown[] = []
  const server = createServer((request, response) => {
    const [status, body] = answers[seen.length] ?? AWAY
    seen.push(`${request.method} ${request.url}`)
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    request.on('end', () => {
      if (text !== '') bodies.push(JSON.parse(text))
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const config = new KubeConfig()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  config.loadFromClusterAndUser({ name: 'test', server: url, skipTLSVerify: true }, { name: 'test' })
  const spec = { restartPolicy: 'Never', containers: [{ name: 'report', env: [{ name: 'A', value: 'b' }] }] }
  const action = kubernetesJob({ backoffLimit: 1, template: { spec } }, { config, namespace: 'jobs', pollMs: 50 })
  return { seen, bodies, ended: action(context) }
}

const context: TargetContext = {
  jobName: 'Täglich / 1',
  runId: '_-0',
  scheduledTime: new Date(0),
  attempt: 1,
  fence: 7,
  timeoutMs: 1500,
  signal: new AbortController().signal,
}

describe('a Job of Kubernetes', () => {
  it('is created under a name of Kubernetes, with the message and the bound of the run', async () => {
    const { bodies, ended, seen } = await run(CREATED, RUNNING, FAILING, COMPLETE, podsWith('{"sent":42}'))
    expect(await ended).toEqual({ sent: 42 })
    const [body] = bodies as { metadata: { name: string }; spec: object }[]
    const { name = '' } = body?.metadata ?? {}
    expect(name).toMatch(/^t-glich-1-[0-9a-f]{20}$/)
    expect(seen).toEqual([
      'POST /apis/batch/v1/namespaces/jobs/jobs',
      ...Array.from({ length: 3 }, () => `GET /apis/batch/v1/namespaces/jobs/jobs/${name}`),
      `GET /api/v1/namespaces/jobs/pods?labelSelector=batch.kubernetes.io%2Fjob-name%3D${name}`,
    ])
    expect(body).toMatchObject({
      metadata: { namespace: 'jobs', annotations: { 's3sched/idempotency-key': '_-0', 's3sched/fence': '7' } },
      spec: {
        activeDeadlineSeconds: 2,
        backoffLimit: 1,
        ttlSecondsAfterFinished: 86_400,
        template: {
          spec: {
            containers: [
              {
                name: 'report',
                env: [{ name: 'A' }, { name: 'S3SCHED_MESSAGE', value: expect.any(String) as string }],
              },
            ],
          },
        },
      },
    })
  })

  it.each([
    ['a text', podsWith('all is well'), 'all is well'],
    ['nothing', podsWith(), undefined],
    ['pods that this account may not read', FORBIDDEN, undefined],
  ])('gives %s as its result', async (_, pods, result) => {
    expect(await (await run(CREATED, COMPLETE, pods)).ended).toBe(result)
  })

  it('that exists already is followed', async () => {
    const { ended } = await run(EXISTS, COMPLETE, podsWith('7'))
    expect(await ended).toBe(7)
  })

  it('that is gone fails the run', async () => {
    await expect((await run(CREATED, GONE)).ended).rejects.toMatchObject({ code: 'FAILED', retriable: false })
  })

  it('is looked for again while the server is away', async () => {
    expect(await (await run(CREATED, AWAY, BUSY, COMPLETE, podsWith('7'))).ended).toBe(7)
  })

  it('that this account may not create is refused for good', async () => {
    await expect((await run(FORBIDDEN)).ended).rejects.toMatchObject({
      code: 'REFUSED',
      retriable: false,
      message: 'Kubernetes refused the work: jobs.batch is forbidden',
    })
  })

  it.each([
    ['busy', BUSY],
    ['away', AWAY],
  ])('is tried again where the server is %s', async (_, answer) => {
    await expect((await run(answer)).ended).rejects.toMatchObject({ code: 'UNAVAILABLE', retriable: true })
  })
})

it('refuses what is no spec of a Job', () => {
  expect(() => kubernetesJob({} as never)).toThrow(/template\.spec\.containers/)
})
