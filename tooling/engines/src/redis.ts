import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@s3sched-tooling/minio/process'
import { findProgram } from './find-program.ts'
import { startServer, type Server } from './server.ts'

/** Starts an in-memory Redis; `undefined`, with a warning, on a machine without `redis-server`. */
export async function startRedis(): Promise<Server | undefined> {
  const program = findProgram('redis-server')
  if (program === undefined) {
    console.warn('there is no redis-server on this machine (Debian: apt-get install redis-server)')
    return undefined
  }
  const folder = await mkdtemp(join(tmpdir(), 's3sched-redis-'))
  const port = await freePort()
  return startServer({
    url: `redis://127.0.0.1:${port}`,
    folder,
    command: [program, '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    saysWhenReady: 'Ready to accept connections',
    stopBy: 'SIGTERM',
  })
}
