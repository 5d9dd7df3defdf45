import { execFileSync } from 'node:child_process'
import { chown, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@s3sched-tooling/minio/process'
import { findProgram } from './find-program.ts'
import { startServer, type Server } from './server.ts'

/**
 * Starts a PostgreSQL in a folder of its own, with its default durability; `undefined`, with a warning, on a
 * machine without PostgreSQL.
 */
export async function startPostgres(): Promise<Server | undefined> {
  const program = findProgram('postgres')
  const initdb = findProgram('initdb')
  if (program === undefined || initdb === undefined) {
    console.warn('there is no postgres on this machine (Debian: apt-get install postgresql)')
    return undefined
  }
  const folder = await mkdtemp(join(tmpdir(), 's3sched-postgres-'))
  const owner = ownerOfServers()
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid)
  execFileSync(initdb, ['-D', folder, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--no-sync'], {
    ...owner,
    cwd: folder,
    stdio: 'ignore',
  })
  const port = await freePort()
  return startServer({
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    folder,
    command: [program, '-D', folder, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'],
    saysWhenReady: 'ready to accept connections',
    stopBy: 'SIGINT',
    owner,
  })
}

/** PostgreSQL refuses to be started by root; Debian has a user for PostgreSQL. */
function ownerOfServers(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  return { uid: idOfPostgres('-u'), gid: idOfPostgres('-g') }
}

function idOfPostgres(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
}
