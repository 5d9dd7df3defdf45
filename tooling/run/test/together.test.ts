import { expect, it } from 'vitest'
import { runTogether } from '../together.mjs'

interface Stage {
  readonly log: string[]
  readonly perform: (work: { readonly name: string }) => Promise<void>
  readonly end: (name: string, error?: Error) => Promise<void>
}

function stage(): Stage {
  const log: string[] = []
  const running = new Map<string, (error: Error | undefined) => void>()
  return {
    log,
    perform({ name }) {
      log.push(name)
      return new Promise((resolve, reject) => {
        running.set(name, (error) => (error === undefined ? resolve() : reject(error)))
      })
    },
    async end(name, error) {
      await new Promise(setImmediate)
      log.push(`end of ${name}`)
      running.get(name)?.(error)
      await new Promise(setImmediate)
    },
  }
}

it('starts the next work, in the order given, when one of two has ended', async () => {
  const { end, log, perform } = stage()
  const done = runTogether([{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }], perform)
  await end('b')
  await end('a')
  await end('d')
  await end('c')
  await done
  expect(log).toEqual(['a', 'b', 'end of b', 'c', 'end of a', 'd', 'end of d', 'end of c'])
})

it('starts a work after the works that it needs, and needs nothing that is not asked for', async () => {
  const { end, log, perform } = stage()
  const done = runTogether([{ name: 'build' }, { name: 'packed', needs: ['build', 'types'] }], perform)
  await end('build')
  await end('packed')
  await done
  expect(log).toEqual(['build', 'end of build', 'packed', 'end of packed'])
})

it('starts nothing after an error, and throws the error when everything has ended', async () => {
  const { end, log, perform } = stage()
  const done = runTogether([{ name: 'a' }, { name: 'b' }, { name: 'c' }], perform)
  let isOver = false
  const thrown = done.catch((error: unknown) => {
    isOver = true
    return error
  })
  await end('a', new Error('stopped'))
  expect(isOver).toBe(false)
  await end('b')
  expect(await thrown).toEqual(new Error('stopped'))
  expect(log).toEqual(['a', 'b', 'end of a', 'end of b'])
})
