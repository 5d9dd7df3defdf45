/**
 * Where an emulator differs from its cloud in a way that looks like a fault of the scheduler. A test fails once its
 * emulator has learned better; `docs/guides/other-clouds.md` then needs a change, too.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, inject, it } from 'vitest'
import { createGoogleBucket, startFakeGcs } from '../src/servers.ts'

/** A free server answers within milliseconds. */
const SILENCE_MS = 1000

describe.skipIf(!inject('fakeGcs'))('fake-gcs-server', () => {
  it('answers nobody while the body of one upload is on its way', async () => {
    // A server of its own: the other suites would wait, too.
    const server = await startFakeGcs()
    if (server === undefined) throw new Error('the fake-gcs-server of the run has gone')
    const { endpoint, watchdog } = server
    try {
      await createGoogleBucket(endpoint, 'raw')
      const upload = `${endpoint}/upload/storage/v1/b/raw/o?uploadType=media`
      await fetch(`${upload}&name=other`, { method: 'POST', body: 'x' })
      const { pathname, port, search } = new URL(`${upload}&name=slow`)
      const slow = connect(Number(port), '127.0.0.1')
      slow.on('error', () => undefined) // what the test waits for tells
      slow.write(`POST ${pathname}${search} HTTP/1.1\r\nhost: localhost\r\n`)
      slow.write('expect: 100-continue\r\ncontent-length: 8\r\n\r\n')
      // The server says so when it begins to read the body.
      const [told] = (await once(slow, 'data')) as [Buffer]
      expect(told.toString()).toMatch(/^HTTP\/1\.1 100 /)
      const other = `${endpoint}/storage/v1/b/raw/o/other?alt=media`
      const late = fetch(other, { signal: AbortSignal.timeout(SILENCE_MS) })
      await expect(late).rejects.toMatchObject({ name: 'TimeoutError' })
      slow.write('the body')
      expect((await fetch(other)).status).toBe(200)
      slow.destroy()
    } finally {
      await watchdog.release()
    }
  })
})
