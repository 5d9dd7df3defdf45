import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { countTogether } from './count-together.ts'

it('processes add to one counter in a folder, some are killed, and nothing is lost', async () => {
  const directory = await mkdtemp(join(tmpdir(), 's3sched-counter-'))
  const share = 25
  const { counter, lost, killed } = await countTogether(`file://${directory}`, { processes: 4, share, kills: 2 })
  expect(counter).toEqual({ process0: share, process1: share, process2: share, process3: share, total: 4 * share })
  expect({ lost, killed }).toEqual({ lost: [], killed: 2 })
  await rm(directory, { recursive: true })
})
