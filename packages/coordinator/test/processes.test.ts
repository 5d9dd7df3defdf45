import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, it } from 'vitest'
import { takeOver, type Blow, type Takeover } from './processes/scenarios.ts'

async function takeOverInAFolder(blow: Blow): Promise<Takeover> {
  const directory = await mkdtemp(join(tmpdir(), 's3sched-coordinator-'))
  try {
    const connection = pathToFileURL(directory).href
    const took = await takeOver({ a: connection, b: connection }, blow)
    console.log(`takeover in a folder after ${String(blow)}: ${took.tookMs} ms`)
    return took
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

// Each test waits for the end of a lease, and all wait at the same time.
describe('two processes that share a folder', { concurrent: true }, () => {
  it('hand leadership over after a clean stop', async ({ expect }) => {
    const took = await takeOverInAFolder('SIGTERM')
    expect(took).toMatchObject({ first: '1', second: '2 a free a', firstDemoted: 'stopped' })
  })

  it('pass leadership on when the leader is killed', async ({ expect }) => {
    const took = await takeOverInAFolder('SIGKILL')
    expect(took).toMatchObject({ first: '1', second: '2 a held a' })
  })

  it('have one leader when the old one wakes up after it was stopped: it steps down first', async ({ expect }) => {
    const took = await takeOverInAFolder('SIGSTOP')
    expect(took).toMatchObject({ second: '2 a held a', firstTrusts: 'false', firstDemoted: 'expired' })
  })
})
