import { execFileSync } from 'node:child_process'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer, type ChildServer } from './child-server.ts'
import { findProgram } from './find-program.ts'
import { freePort } from './free-port.ts'

/**
 * Starts a PostgreSQL of this benchmark in a folder of its own, with its default durability; `undefined`, with a
 * warning, on a machine without PostgreSQL.
 */
export async function startPostgres(): Promise<ChildServer | undefined> {
  const program = findProgram('postgres')
  const initdb = findProgram('initdb')
  if (program === undefined || initdb === undefined) {
    console.warn('without pg-boss and graphile-worker: there is no postgres (Debian: apt-get install postgresql)')
    return undefined
  }
  const folder = await mkdtemp(join(tmpdir(), 's3sched-bench-postgres-'))
  const owner = ownerOfServers()
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid)
  execFileSync(initdb, ['-D', folder, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--no-sync'], {
    ...owner,
    cwd: folder,
    stdio: 'ignore',
  })
  const port = await freePort()
  const args = ['-D', folder, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1']
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const server = await startServer(url, [program, ...args], 'ready to accept connections', 'SIGINT', {
    ...owner,
    cwd: folder,
  })
  return {
    url,
    stop: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to be started by root; Debian has a user for PostgreSQL. */
function ownerOfServers(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  return { uid: idOfPostgres('-u'), gid: idOfPostgres('-g') }
}

function idOfPostgres(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
}
