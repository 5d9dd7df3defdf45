import { describe, expect, it } from 'vitest'
import { ecs } from '../ecs/index.ts'
import { eventbridge } from '../eventbridge/index.ts'
import type { TargetContext, TargetMessage } from '../index.ts'
import { lambda } from '../lambda/index.ts'
import { sqs } from '../sqs/index.ts'
import type { AwsClient } from './aws-client.ts'

/** Answers that moto does not give, in the forms of the service's documentation. */
function clientOf(...answers: readonly unknown[]) {
  const sent: { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[] = []
  const send = async (command: { readonly input: Readonly<Record<string, unknown>> }): Promise<unknown> => {
    sent.push({ name: command.constructor.name, input: command.input })
    const answer = answers[Math.min(sent.length, answers.length) - 1]
    if (answer instanceof Error) throw answer
    return answer
  }
  return { client: { send } as AwsClient, sent }
}

const signal = new AbortController().signal
const context: TargetContext = {
  jobName: 'täglich / 1',
  runId: 'run-1',
  scheduledTime: new Date(0),
  attempt: 1,
  fence: 7,
  signal,
}

function errorOf(name: string, more: object): Error {
  return Object.assign(new Error(`said ${name}`), { name, $fault: 'client', ...more })
}

const REFUSED = { code: 'REFUSED', retriable: false }
const LATER = { code: 'UNAVAILABLE', retriable: true }

describe('a function of Lambda', () => {
  const answer = (text: string, more = {}) => ({ Payload: Buffer.from(text), $metadata: { requestId: 'r' }, ...more })

  it('is called with the message, and its answer is the result', async () => {
    const { client, sent } = clientOf(answer('{"sent":42}'))
    expect(await lambda('clean-up', { client, qualifier: 'live' })(context)).toEqual({ sent: 42 })
    const { Payload, ...input } = sent[0]?.input ?? {}
    expect(input).toEqual({ FunctionName: 'clean-up', InvocationType: 'RequestResponse', Qualifier: 'live' })
    const message = JSON.parse(String(Payload)) as TargetMessage
    expect(message).toMatchObject({ idempotencyKey: 'run-1', fence: 7, tick: '1970-01-01T00:00:00.000Z' })
  })

  it.each([
    ['no JSON', 'no JSON'],
    ['null', null],
    ['', undefined],
  ])('may answer with %j', async (text, result) => {
    expect(await lambda('clean-up', { client: clientOf(answer(text)).client })(context)).toBe(result)
  })

  it('is not waited for where the hand-over is enough', async () => {
    const { client, sent } = clientOf(answer(''))
    expect(await lambda('clean-up', { client, wait: 'accepted' })(context)).toEqual({ requestId: 'r' })
    expect(sent[0]?.input['InvocationType']).toBe('Event')
  })

  it('fails with the error of the function', async () => {
    const failed = answer('{"errorType":"RangeError","errorMessage":"no such customer"}', {
      FunctionError: 'Unhandled',
    })
    await expect(lambda('clean-up', { client: clientOf(failed).client })(context)).rejects.toMatchObject({
      code: 'FAILED',
      retriable: false,
      message: 'the work in Lambda failed: RangeError: no such customer',
    })
  })
})

describe('a call of AWS', () => {
  const failing = (error: Error) => lambda('clean-up', { client: clientOf(error).client })(context)

  it.each(['ResourceNotFoundException', 'AccessDeniedException', 'InvalidParameterValueException'])(
    'that ends with %s is refused for good',
    async (name) => {
      await expect(failing(errorOf(name, { $metadata: { httpStatusCode: 400 } }))).rejects.toMatchObject(REFUSED)
    },
  )

  it.each([
    errorOf('TooManyRequestsException', { $metadata: { httpStatusCode: 429 } }),
    errorOf('ThrottlingException', { $metadata: { httpStatusCode: 400 } }),
    errorOf('SlowDown', { $retryable: { throttling: true } }),
    errorOf('ExpiredTokenException', { $metadata: { httpStatusCode: 400 } }),
    errorOf('ServiceException', { $fault: 'server' }),
    new Error('ECONNRESET'),
  ])('that ends with %s may be tried again', async (error) => {
    await expect(failing(error)).rejects.toMatchObject(LATER)
  })
})

describe('a task of ECS', () => {
  const placed = { tasks: [{ taskArn: 'arn:task' }] }
  const stopped = (exitCode?: number, more = {}) => ({
    tasks: [
      {
        lastStatus: 'STOPPED',
        containers: [{ name: 'report', ...(exitCode === undefined ? {} : { exitCode }) }],
        ...more,
      },
    ],
  })
  const run = (...answers: readonly unknown[]) => {
    const { client, sent } = clientOf(...answers)
    return { sent, ended: ecs('report', { client, cluster: 'jobs', container: 'report', pollMs: 50 })(context) }
  }

  it('is run with the key as the token, and followed to its exit', async () => {
    const { ended, sent } = run(placed, { tasks: [{ lastStatus: 'RUNNING' }] }, stopped(0))
    expect(await ended).toEqual({ exits: [{ name: 'report', exitCode: 0 }] })
    expect(sent.map(({ name }) => name)).toEqual(['RunTaskCommand', 'DescribeTasksCommand', 'DescribeTasksCommand'])
    expect(sent[0]?.input).toMatchObject({ cluster: 'jobs', clientToken: 'run-1', taskDefinition: 'report' })
  })

  it('fails by its exit code, and by its reason where it never began', async () => {
    await expect(run(placed, stopped(3)).ended).rejects.toMatchObject({
      code: 'FAILED',
      message: expect.stringContaining('report ended with 3') as string,
    })
    const unpulled = stopped(undefined, { stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError' })
    await expect(run(placed, unpulled).ended).rejects.toThrow(
      /no exit code; TaskFailedToStart; CannotPullContainerError/,
    )
  })

  it('is not known for ever', async () => {
    await expect(run(placed, { tasks: [] }).ended).rejects.toMatchObject({ code: 'FAILED' })
  })

  it.each([
    ['RESOURCE:MEMORY', LATER],
    ['Capacity is unavailable at this time', LATER],
    ['MISSING', REFUSED],
  ])('that can not be placed for %s', async (reason, expected) => {
    await expect(run({ tasks: [], failures: [{ reason }] }).ended).rejects.toMatchObject(expected)
  })
})

describe('an event on a bus', () => {
  it.each([
    ['ThrottlingException', LATER],
    ['InternalFailure', LATER],
    ['MalformedDetail', REFUSED],
  ])('may not be taken for %s', async (ErrorCode, expected) => {
    const { client } = clientOf({ Entries: [{ ErrorCode, ErrorMessage: 'no' }] })
    await expect(eventbridge('default', { client })(context)).rejects.toMatchObject(expected)
  })
})

describe('a message in a queue of SQS', () => {
  const inputOf = async (url: string, options = {}) => {
    const { client, sent } = clientOf({ MessageId: 'm' })
    expect(await sqs(url, { client, ...options })(context)).toEqual({ messageId: 'm' })
    return sent[0]?.input
  }

  it('carries the key as the token of a FIFO queue, in a group of any name of a job', async () => {
    expect(await inputOf('https://sqs/1/orders.fifo')).toMatchObject({
      MessageDeduplicationId: 'run-1',
      MessageGroupId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    })
    expect(await inputOf('https://sqs/1/orders.fifo', { group: 'all' })).toMatchObject({ MessageGroupId: 'all' })
  })

  it('has no token in a standard queue, which would refuse the message', async () => {
    expect(await inputOf('https://sqs/1/orders')).not.toHaveProperty('MessageDeduplicationId')
  })
})
