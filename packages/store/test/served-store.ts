import { afterEach } from 'vitest'
import { openStore, type ObjectStore, type OpenStoreDeps } from '../src/index.ts'
import { startS3Server, type S3Server, type S3ServerOptions } from '../src/testing/index.ts'

/** A server of S3 for one test, and a store on the server. */
export interface Served {
  readonly server: S3Server
  readonly store: ObjectStore
}

/** The servers of a test file: all are closed after each test. */
export interface Servers {
  /** The store waits without jitter. */
  readonly serve: (options?: S3ServerOptions, deps?: OpenStoreDeps) => Promise<Served>
  readonly closeLater: (close: () => Promise<void>) => void
}

/** Must be called at the top of a test file. */
export function createServers(): Servers {
  const open: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of open.splice(0)) await close()
  })
  return {
    async serve(options = {}, deps = {}) {
      const server = await startS3Server(options)
      const store = openStore(server.connection, { random: { float: () => 0, id: () => 'unused' }, ...deps })
      open.push(() => store.close().then(() => server.close()))
      return { server, store }
    },
    closeLater: (close) => void open.push(close),
  }
}
