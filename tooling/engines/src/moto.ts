import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBinary, freePort } from '@s3sched-tooling/minio/process'
import { startServer, type Server } from './server.ts'

/** Starts moto, which answers like AWS; `undefined`, with a warning, on a machine without `moto_server`. */
export async function startMoto(): Promise<Server | undefined> {
  const program = await findBinary('moto_server')
  if (program === undefined) {
    console.warn('there is no moto_server on this machine: `bash tooling/engines/prepare.sh` installs it')
    return undefined
  }
  const folder = await mkdtemp(join(tmpdir(), 's3sched-moto-'))
  const port = await freePort()
  return startServer({
    url: `http://127.0.0.1:${port}`,
    folder,
    command: [program, '-H', '127.0.0.1', '-p', String(port)],
    saysWhenReady: 'Running on',
    stopBy: 'SIGTERM',
    env: { PYTHONUNBUFFERED: '1' },
  })
}
