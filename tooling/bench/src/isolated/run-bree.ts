import { fileURLToPath } from 'node:url'
import Bree from 'bree'
import type { Began, Runner } from './runner.ts'

/** Bree keeps no warm threads. One run of a job at a time, so there is a job for each place. */
export function runBree(concurrency: number): Runner {
  const path = fileURLToPath(new URL('bree-job.mjs', import.meta.url))
  const free = Array.from({ length: concurrency }, (_, index) => `job-${index}`)
  const began = new Map<string, Began>()
  const bree = new Bree({
    root: false,
    doRootCheck: false,
    logger: false,
    acceptedExtensions: ['.mjs'],
    outputWorkerMetadata: false,
    jobs: free.map((name) => ({ name, path })),
    workerMessageHandler: ({ message, name }) => void began.set(name, message as Began),
  })
  return {
    async run() {
      const name = free.pop() ?? ''
      const ended = new Promise<void>((resolve) => {
        const onDeleted = (deleted: string): void => {
          if (deleted !== name) return
          bree.off('worker deleted', onDeleted)
          resolve()
        }
        bree.on('worker deleted', onDeleted)
      })
      await bree.run(name)
      await ended
      free.push(name)
      const found = began.get(name)
      if (found === undefined) throw new Error(`Bree's ${name} said nothing`)
      return found
    },
    stop: () => bree.stop(),
  }
}
