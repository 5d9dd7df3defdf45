import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundledProgram } from '@s3sched-tooling/vitest/bundled-program'
import { expect, it } from 'vitest'
import { judge } from '../src/judge/judge.ts'
import { PROGRAM } from '../src/member.ts'
import { runChaos } from '../src/run-chaos.ts'

it('three processes on a folder keep every promise while they are killed, paused and cut off', async () => {
  const folder = await mkdtemp(join(tmpdir(), 's3sched-chaos-'))
  const store = { kind: 'file' } as const
  const program = await bundledProgram(PROGRAM)
  const evidence = await runChaos({ seed: 12, processes: 3, durationMs: 14_000, folder, store, program })
  const { problems, ticks } = judge(evidence)
  expect(problems, `what the processes left is in ${folder}`).toEqual([])
  expect(evidence.blows.filter(({ life }) => life !== undefined).length).toBeGreaterThan(3)
  expect(evidence.audit.find(({ job }) => job === 'changed')?.expected).toBeGreaterThan(0)
  expect(ticks.reduce((sum, { tally }) => sum + tally.ran, 0)).toBeGreaterThan(30)
  await rm(folder, { recursive: true, force: true })
})
