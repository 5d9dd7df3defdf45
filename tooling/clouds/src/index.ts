import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { createContainer, createGoogleBucket } from './servers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the run's Azurite. */
    azurite: string
    /** `undefined` where no fake-gcs-server could be started: `describe.skipIf(!inject('fakeGcs'))`. */
    fakeGcs: string | undefined
  }
}

/** A new, empty container on the Azurite of the run, as a connection string. The container goes with the server. */
export async function newContainer(): Promise<string> {
  return createContainer(inject('azurite'), `test-${randomUUID()}`)
}

/**
 * A new, empty bucket on the fake-gcs-server of the run, as a connection string. The bucket goes with the server.
 * @throws when there is no such server; ask `inject('fakeGcs')` first.
 */
export async function newGoogleBucket(): Promise<string> {
  const endpoint = inject('fakeGcs')
  if (endpoint === undefined) throw new Error("guard the suite by describe.skipIf(!inject('fakeGcs'))")
  return createGoogleBucket(endpoint, `test-${randomUUID()}`)
}
