import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findBinary, freePort } from '@s3sched-tooling/minio/process'
import { startServer, type Server } from './server.ts'

/** A user of the API server who may do everything. */
export const KUBERNETES_TOKEN = 'test-token'

/**
 * Starts an API server of Kubernetes on an etcd of its own, without controllers and nodes: the tests do what these would
 * do. `undefined`, with a warning, on a machine without `kube-apiserver` and `etcd`.
 */
export async function startKubernetes(): Promise<Server | undefined> {
  const [program, etcd] = await Promise.all([findBinary('kube-apiserver'), findBinary('etcd')])
  if (program === undefined || etcd === undefined) {
    console.warn('there is no kube-apiserver or no etcd on this machine; its tests are skipped')
    return undefined
  }
  const data = await startEtcd(etcd)
  const folder = await mkdtemp(join(tmpdir(), 's3sched-kubernetes-'))
  const port = await freePort()
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const [key, tokens] = [join(folder, 'key.pem'), join(folder, 'tokens.csv')]
  await writeFile(key, privateKey.export({ type: 'pkcs1', format: 'pem' }))
  await writeFile(tokens, `${KUBERNETES_TOKEN},test,test,system:masters\n`)
  const options = {
    'etcd-servers': data.url,
    'bind-address': '127.0.0.1',
    'secure-port': port,
    'cert-dir': folder,
    'token-auth-file': tokens,
    'service-account-issuer': 'https://s3sched.test',
    'service-account-signing-key-file': key,
    'service-account-key-file': key,
    'service-cluster-ip-range': '10.0.0.0/24',
    'disable-admission-plugins': 'ServiceAccount',
    'authorization-mode': 'RBAC',
  }
  const url = `https://127.0.0.1:${port}`
  try {
    const server = await startServer({
      url,
      folder,
      command: [program, ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)],
      saysWhenReady: 'Caches are synced',
      stopBy: 'SIGTERM',
    })
    while ((await statusOf(`${url}/readyz`)) !== 200) await sleep(100)
    return {
      url,
      stop: async () => {
        await server.stop()
        await data.stop()
      },
    }
  } catch (error) {
    await data.stop()
    throw error
  }
}

/** The certificate of the server is self-signed. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${KUBERNETES_TOKEN}` }
    const request = get(url, { headers, rejectUnauthorized: false, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.once('error', reject)
  })
}

async function startEtcd(program: string): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 's3sched-etcd-'))
  const [client, peer] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`]
  const options = {
    'data-dir': folder,
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
  }
  return startServer({
    url: client,
    folder,
    command: [program, ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)],
    saysWhenReady: 'ready to serve client requests',
    stopBy: 'SIGTERM',
  })
}
