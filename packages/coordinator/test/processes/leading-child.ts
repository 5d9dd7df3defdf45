/** One instance of a fleet. Reports the start and the end of its leadership and, on `SIGUSR2`, whether it leads now. */
import { createCoordinator } from '../../src/index.ts'

/** The lease of three heartbeats outlasts the pauses of a process on a busy machine. */
const HEARTBEAT_MS = 2000

interface Args {
  readonly connection: string
  readonly workerId: string
}

const { connection, workerId } = JSON.parse(process.argv[2] ?? '') as Args
const coordinator = createCoordinator(connection, {
  workerId,
  heartbeatInterval: HEARTBEAT_MS,
  coldStartObservationWindow: 500,
  payload: () => ({ by: workerId }),
})
coordinator.on('promoted', async ({ epoch, previous }) => {
  await coordinator.renewNow()
  const from = previous === undefined ? '' : `${previous.holder} ${previous.state} ${String(previous.payload['by'])}`
  console.log(`leads ${epoch} ${from}`)
})
coordinator.on('demoted', ({ reason }) => console.log(`demoted ${reason}`))
process.on('SIGUSR2', () => console.log(`trusts ${coordinator.isLeader()}`))
process.on('SIGTERM', () => void coordinator.stop().then(() => process.exit(0)))
await coordinator.start()
console.log('started')
