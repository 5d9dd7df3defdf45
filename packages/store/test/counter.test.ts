import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { countTogether } from './count-together.ts'

it('processes add to one counter in a folder, some are killed, and nothing is lost', async () => {
  const directory = await mkdtemp(join(tmpdir(), 's3sched-counter-'))
  const counted = await countTogether(`file://${directory}`, { processes: 4, share: 25, kills: 2 })
  expect(counted).toEqual({ killed: 2, problems: [] })
  await rm(directory, { recursive: true })
})
