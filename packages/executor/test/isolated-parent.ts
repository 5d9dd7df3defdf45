/** A program with one isolated action of each kind of worker that never ends by itself. */
import { createExecutor } from '../src/index.ts'
import { createIsolation } from '../src/isolated/index.ts'

const file = new URL('./actions/misbehave.ts', import.meta.url)
const isolation = createIsolation()
const executor = createExecutor()
for (const [index, way] of ['computesForEver', 'hasChildren'].entries()) {
  const action = isolation.action(file, { in: 'process' })
  void executor.run({ key: `${way} ${index}`, action, fields: { way } })
}
const idle = isolation.action(file, { in: 'process' })
await executor.run({ key: 'idle', action: idle, fields: { way: 'throwsText' } })

const told = (): void => {
  const pids = executor.running().map(({ progress }) => progress?.value)
  if (pids.length < 2 || pids.includes(undefined)) setTimeout(told, 10)
  else console.log(pids.join(' '))
}
told()
