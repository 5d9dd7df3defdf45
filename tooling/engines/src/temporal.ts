import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBinary, freePort } from '@s3sched-tooling/minio/process'
import { startServer, type Server } from './server.ts'

/**
 * Starts the development server of Temporal, with its data in memory; `undefined`, with a warning, on a machine without
 * the `temporal` of its command line.
 */
export async function startTemporal(): Promise<Server | undefined> {
  const program = await findBinary('temporal')
  if (program === undefined) {
    console.warn('there is no temporal on this machine; its tests are skipped')
    return undefined
  }
  const folder = await mkdtemp(join(tmpdir(), 's3sched-temporal-'))
  const port = await freePort()
  return startServer({
    url: `127.0.0.1:${port}`,
    folder,
    command: [program, 'server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port)],
    saysWhenReady: 'Server:',
    stopBy: 'SIGTERM',
    env: { HOME: folder },
  })
}
