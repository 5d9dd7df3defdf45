import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeOver, type Takeover } from './processes/scenarios.ts'

let directory: string
let both: { readonly a: string; readonly b: string }

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 's3sched-coordinator-'))
  const connection = pathToFileURL(directory).href
  both = { a: connection, b: connection }
})

afterEach(() => rm(directory, { recursive: true, force: true }))

function tell(what: string, { tookMs }: Takeover): void {
  console.log(`takeover ${what}: ${tookMs} ms, with a heartbeat of 500 ms and a ttl of 1500 ms`)
}

describe('two processes that share a folder', { timeout: 60_000 }, () => {
  it('hand leadership over after a clean stop', async () => {
    const took = await takeOver(both, 'SIGTERM')
    expect(took).toMatchObject({ first: '1', second: '2 a free a', firstDemoted: 'stopped' })
    tell('after a clean stop', took)
  })

  it('pass leadership on when the leader is killed', async () => {
    const took = await takeOver(both, 'SIGKILL')
    expect(took).toMatchObject({ first: '1', second: '2 a held a' })
    tell('after SIGKILL', took)
  })

  it('have one leader when the old one wakes up after it was stopped: it steps down first', async () => {
    const took = await takeOver(both, 'SIGSTOP')
    expect(took).toMatchObject({ second: '2 a held a', firstTrusts: 'false', firstDemoted: 'expired' })
    tell('after SIGSTOP', took)
  })
})
