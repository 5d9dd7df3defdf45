import { startServer, type ChildServer } from './child-server.ts'
import { findProgram } from './find-program.ts'
import { freePort } from './free-port.ts'

/** Starts an in-memory Redis of this benchmark; `undefined`, with a warning, on a machine without `redis-server`. */
export async function startRedis(): Promise<ChildServer | undefined> {
  const program = findProgram('redis-server')
  if (program === undefined) {
    console.warn('without BullMQ: there is no redis-server on this machine (Debian: apt-get install redis-server)')
    return undefined
  }
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  return startServer(`redis://127.0.0.1:${port}`, [program, ...args], 'Ready to accept connections', 'SIGTERM', {})
}
