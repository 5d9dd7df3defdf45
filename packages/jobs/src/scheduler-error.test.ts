import { describe, expect, it } from 'vitest'
import { SchedulerError } from './scheduler-error.ts'

describe('a SchedulerError', () => {
  it('of an application keeps the fields that s3db.js knows', () => {
    const error = new SchedulerError('Chain daily not found', {
      statusCode: 404,
      code: 'CHAIN_NOT_FOUND',
      retriable: false,
      suggestion: 'Define the chain via defineChain()',
      operation: 'runChain',
      metadata: { chainName: 'daily', availableChains: ['weekly'] },
    })
    expect(error).toBeInstanceOf(SchedulerError)
    expect(error).toMatchObject({
      name: 'SchedulerError',
      statusCode: 404,
      code: 'CHAIN_NOT_FOUND',
      retriable: false,
      suggestion: 'Define the chain via defineChain()',
      operation: 'runChain',
      metadata: { chainName: 'daily', availableChains: ['weekly'] },
      description: 'Chain daily not found',
      message: 'Chain daily not found. Define the chain via defineChain()',
    })
  })

  it('keeps fields with other names in its context', () => {
    const details = { taskId: 'report', availableJobs: ['cleanup'], context: { jobName: 'report' } }
    expect(new SchedulerError('no such job', details).context).toEqual({
      taskId: 'report',
      availableJobs: ['cleanup'],
      jobName: 'report',
    })
  })

  it('needs a message alone, and is then worth a retry', () => {
    const error = new SchedulerError('the API is away')
    expect(error).toMatchObject({ code: 'JOB_FAILED', statusCode: 500, retriable: true, context: {} })
    expect('operation' in error || 'metadata' in error).toBe(false)
    expect(new SchedulerError('the API is away', { retriable: false }).retriable).toBe(false)
  })

  it('of the scheduler has the status of its code, and is not worth a retry', () => {
    expect(new SchedulerError('no', { code: 'JOB_NOT_FOUND' })).toMatchObject({ statusCode: 404, retriable: false })
    expect(new SchedulerError('no', { code: 'toString' }).statusCode).toBe(500)
  })

  it('shows no secret of a connection in its metadata', () => {
    const error = new SchedulerError('no', { metadata: { store: 's3://key:hush@bucket' } })
    expect(JSON.stringify(error)).not.toContain('hush')
  })
})
