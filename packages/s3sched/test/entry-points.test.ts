import { expect, it } from 'vitest'

const MEANT = {
  '../src/index.ts': () => import('@s3sched/plugin'),
  '../src/testing/index.ts': () => import('@s3sched/plugin/testing'),
  '../src/operator/index.ts': () => import('@s3sched/plugin/operator'),
  '../src/serverless/index.ts': () => import('@s3sched/plugin/serverless'),
  '../src/opentelemetry/index.ts': () => import('@s3sched/plugin/opentelemetry'),
  '../src/dashboard/index.ts': () => import('@s3sched/dashboard'),
  '../src/lock/index.ts': () => import('@s3sched/lock'),
}

it.each(Object.entries(MEANT))('%s passes on the same objects', async (path, meant) => {
  const [given, own] = [(await import(path)) as object, (await meant()) as object]
  expect(Object.entries(given)).toEqual(Object.entries(own))
  expect(Object.keys(given).length).toBeGreaterThan(0)
})
