import { randomUUID } from 'node:crypto'
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'
import type { TargetMessage } from '../src/index.ts'
import { temporal } from '../src/temporal/index.ts'
import type { Workshop } from './target-contract.ts'

const NAMESPACE = 'default'
/** The server wants a bound. */
const LONGEST_POLL_MS = 10_000

type Service = Connection['workflowService']
type Command = NonNullable<Parameters<Service['respondWorkflowTaskCompleted']>[0]['commands']>[number]

/** The commands of a worker, with their numbers in the API of Temporal. */
const complete = (attributes: Command['completeWorkflowExecutionCommandAttributes']): Command =>
  ({ commandType: 4, completeWorkflowExecutionCommandAttributes: attributes }) as object
const failWith = (attributes: Command['failWorkflowExecutionCommandAttributes']): Command =>
  ({ commandType: 5, failWorkflowExecutionCommandAttributes: attributes }) as object

interface Payload {
  readonly data?: Uint8Array | null
}

function payloadsOf(value: unknown): { payloads: object[] } {
  return { payloads: [{ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(value)) }] }
}

function valueOf({ data }: Payload): unknown {
  return JSON.parse(Buffer.from(data ?? []).toString())
}

/** A server whose workflow tasks the tests take and answer by hand, as a worker would. */
export async function openTemporal(address: string): Promise<Workshop> {
  const connection = await Connection.connect({ address })
  const { workflow } = new Client({ connection })
  const { workflowService: service } = connection
  const identity = 'workshop'

  /** All executions under an id: two of one id would be two pieces of work. */
  const executionsOf = async (workflowId: string): Promise<readonly string[]> => {
    const latest = await workflow
      .getHandle(workflowId)
      .describe()
      .catch((error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return undefined
        throw error
      })
    if (latest === undefined) return []
    // The list lags behind.
    for (;;) {
      const found: string[] = []
      for await (const { runId } of workflow.list({ query: `WorkflowId = '${workflowId}'` })) found.push(runId)
      if (found.includes(latest.runId)) return found
    }
  }

  const eventsOf = async (workflowId: string, runId?: string) =>
    (await workflow.getHandle(workflowId, runId).fetchHistory()).events ?? []

  /** A worker's answer to the first task of the workflow, in the queue that the workflow was started in. */
  const answer = async (workflowId: string, command: Command): Promise<void> => {
    const { taskQueue } = await workflow.getHandle(workflowId).describe()
    const poll = { namespace: NAMESPACE, taskQueue: { name: taskQueue }, identity }
    const task = await connection.withDeadline(Date.now() + LONGEST_POLL_MS, () => service.pollWorkflowTaskQueue(poll))
    await service.respondWorkflowTaskCompleted({
      namespace: NAMESPACE,
      taskToken: task.taskToken,
      identity,
      commands: [command],
    })
  }

  return {
    // A queue for each action, so that no test takes the tasks of another.
    action: (options) => temporal('billing', { address, taskQueue: randomUUID(), pollMs: 50, ...options }),
    works: async (key) =>
      Promise.all(
        (await executionsOf(key)).map(async (runId) => {
          const [first] = await eventsOf(key, runId)
          const [message = {}] = first?.workflowExecutionStartedEventAttributes?.input?.payloads ?? []
          return valueOf(message) as TargetMessage
        }),
      ),
    finish: (key, result) => answer(key, complete({ result: payloadsOf(result) })),
    fail: (key, message) => {
      const failure = { message, applicationFailureInfo: { type: 'Error', nonRetryable: true } }
      return answer(key, failWith({ failure }))
    },
    isCancelled: async (key) =>
      (await eventsOf(key)).some((event) => event.workflowExecutionCancelRequestedEventAttributes != null),
    unreachable: () => temporal('billing', { address: '127.0.0.1:1', taskQueue: 'none' }),
    close: () => connection.close(),
  }
}
