import { expect, it } from 'vitest'
import { programBeside } from './isolated-worker.ts'

it('finds the program of the workers beside its own module, and names the bundler where there is none', () => {
  expect(programBeside(import.meta.url, 'worker-main').pathname).toMatch(/\/isolated\/worker-main\.ts$/)
  expect(() => programBeside('file:///app/dist/bundle.js', 'worker-main')).toThrow(
    /is missing: file:\/\/\/app\/dist\/worker-main\.js\. Leave @s3sched\/executor outside of the bundle/,
  )
  expect(() => programBeside(undefined, 'worker-main')).toThrow(
    /is missing: worker-main\. Leave @s3sched\/executor outside of the bundle/,
  )
})
