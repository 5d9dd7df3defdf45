import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBucket } from '@s3sched-tooling/minio'
import { findBinary } from '@s3sched-tooling/minio/process'
import { bundledProgram } from '@s3sched-tooling/vitest/bundled-program'
import { describe, expect, inject, it } from 'vitest'
import { judge } from '../src/judge/judge.ts'
import { PROGRAM } from '../src/member.ts'
import { runChaos, type StoreChoice } from '../src/run-chaos.ts'

/** A server of its own, which can be killed, where there is a binary; else the one that all suites share. */
async function chooseServer(): Promise<StoreChoice> {
  const binary = await findBinary()
  if (binary !== undefined) return { kind: 'minio', binary }
  const { connectionString } = await createBucket()
  const { port } = new URL(inject('minio')?.endpoint ?? '')
  const connectionBy = (other: number): string => {
    const connection = new URL(connectionString)
    connection.searchParams.set('endpoint', `http://127.0.0.1:${other}`)
    return connection.href
  }
  return { kind: 's3', port: Number(port), connectionBy }
}

describe.skipIf(!inject('minio'))('on an S3 server', () => {
  it('three processes keep every promise while they, their network and the server are in trouble', async () => {
    const folder = await mkdtemp(join(tmpdir(), 's3sched-chaos-'))
    const store = await chooseServer()
    const program = await bundledProgram(PROGRAM)
    const evidence = await runChaos({ seed: SEED, processes: 3, durationMs: 16_000, folder, store, program })
    const { problems, ticks } = judge(evidence)
    expect(problems, `what the processes left is in ${folder}`).toEqual([])
    const kinds = new Set(evidence.blows.map(({ fault }) => fault.kind))
    expect(kinds.has('server-kill')).toBe(store.kind === 'minio')
    expect(ticks.reduce((sum, { tally }) => sum + tally.ran, 0)).toBeGreaterThan(20)
    await rm(folder, { recursive: true, force: true })
  })
})

/** Its plan kills the server once, and the leader. */
const SEED = 131
