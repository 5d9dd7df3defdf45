import { randomUUID } from 'node:crypto'
import { CreateClusterCommand, DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs'
import { RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs'
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { ecs } from '../src/ecs/index.ts'
import { eventbridge } from '../src/eventbridge/index.ts'
import type { TargetMessage } from '../src/index.ts'
import { sqs } from '../src/sqs/index.ts'
import type { Workshop } from './target-contract.ts'

function configOf(endpoint: string) {
  const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' }
  return { endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 }
}

const AWAY = configOf('http://127.0.0.1:1')

/** A queue of moto, and its messages so far. */
async function openQueue(endpoint: string, name: string) {
  const client = new SQSClient(configOf(endpoint))
  const Attributes = { VisibilityTimeout: '0', ...(name.endsWith('.fifo') ? { FifoQueue: 'true' } : {}) }
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes }))
  const seen = new Map<string, TargetMessage>()
  const works = async (key: string) => {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    for (const { Body = '', MessageId = '' } of Messages) {
      const body = JSON.parse(Body) as TargetMessage & { readonly detail?: TargetMessage }
      seen.set(MessageId, body.detail ?? body)
    }
    return [...seen.values()].filter(({ idempotencyKey }) => idempotencyKey === key)
  }
  return { client, QueueUrl, works }
}

export async function openSqs(endpoint: string): Promise<Workshop> {
  const { client, QueueUrl, works } = await openQueue(endpoint, `${randomUUID()}.fifo`)
  return {
    action: ({ payload }) => sqs(QueueUrl, { client, ...(payload === undefined ? {} : { payload }) }),
    works,
    unreachable: () => sqs(QueueUrl.replace(endpoint, AWAY.endpoint), { client: new SQSClient(AWAY) }),
    close: async () => client.destroy(),
  }
}

/** A bus with a rule that puts its events into a queue. */
export async function openEventBridge(endpoint: string): Promise<Workshop> {
  const { client: queue, QueueUrl, works } = await openQueue(endpoint, randomUUID())
  const client = new EventBridgeClient(configOf(endpoint))
  const Arn = `arn:aws:sqs:eu-central-1:123456789012:${QueueUrl.split('/').at(-1) ?? ''}`
  await client.send(new PutRuleCommand({ Name: 'runs', EventPattern: JSON.stringify({ source: ['s3sched'] }) }))
  await client.send(new PutTargetsCommand({ Rule: 'runs', Targets: [{ Id: 'queue', Arn }] }))
  return {
    action: ({ payload }) => eventbridge('default', { client, ...(payload === undefined ? {} : { payload }) }),
    works,
    unreachable: () => eventbridge('default', { client: new EventBridgeClient(AWAY) }),
    close: async () => {
      client.destroy()
      queue.destroy()
    },
  }
}

export async function openEcs(endpoint: string): Promise<Workshop> {
  const client = new ECSClient(configOf(endpoint))
  const cluster = `c-${randomUUID()}`
  await client.send(new CreateClusterCommand({ clusterName: cluster }))
  const container = { name: 'report', image: 'report', memory: 128 }
  await client.send(new RegisterTaskDefinitionCommand({ family: 'report', containerDefinitions: [container] }))
  const tasksOf = async (key: string) => {
    const { taskArns = [] } = await client.send(new ListTasksCommand({ cluster }))
    const stopped = await client.send(new ListTasksCommand({ cluster, desiredStatus: 'STOPPED' }))
    const tasks = [...new Set([...taskArns, ...(stopped.taskArns ?? [])])]
    if (tasks.length === 0) return []
    const found = (await client.send(new DescribeTasksCommand({ cluster, tasks }))).tasks ?? []
    return found.flatMap((task) => {
      const [set] = task.overrides?.containerOverrides?.[0]?.environment ?? []
      const message = JSON.parse(set?.value ?? '{}') as TargetMessage
      return message.idempotencyKey === key ? [{ task, message }] : []
    })
  }
  const awsvpcConfiguration = { subnets: ['subnet-1'] }
  const task = { launchType: 'FARGATE', networkConfiguration: { awsvpcConfiguration } }
  return {
    action: (options) => ecs('report', { client, cluster, container: 'report', task, pollMs: 50, ...options }),
    works: async (key) => (await tasksOf(key)).map(({ message }) => message),
    isCancelled: async (key) => (await tasksOf(key))[0]?.task.desiredStatus === 'STOPPED',
    unreachable: () => ecs('report', { client: new ECSClient(AWAY), container: 'report' }),
    close: async () => client.destroy(),
  }
}
