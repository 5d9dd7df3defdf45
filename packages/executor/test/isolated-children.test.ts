import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createIsolatedRig, isAlive, processEnd } from './isolated-rig.ts'

describe('the processes of an action', () => {
  it('end with the action that is told to end', async () => {
    const { executor, isolation, misbehave } = createIsolatedRig()
    const running = misbehave('process', 'hasChildren')
    await expect.poll(() => executor.running()[0]?.progress?.value).toBeGreaterThan(0)
    const pid = executor.running()[0]?.progress?.value ?? -1
    expect(isAlive(pid)).toBe(true)
    executor.cancel('hasChildren')
    await running
    await processEnd(pid)
    await isolation.stop()
  })

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'end when their scheduler ends by %s, also in the middle of a computation',
    async (signal) => {
      const program = fileURLToPath(new URL('./isolated-parent.ts', import.meta.url))
      const parent = spawn(process.execPath, ['--conditions=@s3sched/source', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
      const pids = line.split(' ').map(Number)
      expect(pids.every(isAlive)).toBe(true)
      parent.kill(signal)
      // Nothing is left that could hold the standard output open.
      await once(parent, 'close')
      await Promise.all(pids.map(processEnd))
    },
  )
})
