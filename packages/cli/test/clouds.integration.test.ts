import { newContainer, newGoogleBucket } from '@s3sched-tooling/clouds'
import { systemClock } from '@s3sched/kernel'
import { describe, expect, inject, it } from 'vitest'
import { runWords } from './terminal.ts'

it('doctor finds a container of Azurite sound, and shows no key', async () => {
  const { code, stderr, stdout } = await runWords(['doctor', await newContainer()], { clock: systemClock })
  expect(stdout).toContain('Looks at az://devstoreaccount1/test-')
  expect(stdout).toContain('✓ conditional writes hold')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).not.toContain('Eby8vdM02')
})

it('doctor names the container that is missing', async () => {
  const connection = (await newContainer()).replace('?', '-and-more?')
  const { code, stdout } = await runWords(['doctor', connection], { clock: systemClock })
  expect(stdout).toMatch(/✗ .*ContainerNotFound.*\n {2}Create the container/)
  expect(code).toBe(3)
})

describe.skipIf(!inject('fakeGcs'))('on fake-gcs-server', () => {
  it('doctor finds a bucket sound', async () => {
    const { code, stderr, stdout } = await runWords(['doctor', await newGoogleBucket()], { clock: systemClock })
    expect(stdout).toContain('Looks at gs://test-')
    expect(stdout).toContain('✓ conditional writes hold')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
