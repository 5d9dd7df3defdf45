/** One run of one plan: the same plan always gives the same run. */
import { checkRun, type Evidence } from './check/check-run.ts'
import { checkSuccession, drawSuccession } from './check/check-standby.ts'
import { checkAudit, checkExport } from './check/check-views.ts'
import { Fleet } from './fleet.ts'
import type { Plan } from './plan-form.ts'
import { ofKept } from './switches.ts'

export interface SimulationResult {
  readonly violations: readonly string[]
  readonly evidence: Evidence
  /** Readable lines, in the order of time; empty unless asked for. */
  readonly trace: readonly string[]
}

export interface SimulateOptions {
  /** @default false */
  readonly withTrace?: boolean
}

export async function simulate(plan: Plan, { withTrace = false }: SimulateOptions = {}): Promise<SimulationResult> {
  const fleet = new Fleet(plan, withTrace)
  await fleet.live()
  const evidence = fleet.evidence()
  const violations = checkRun(evidence)
  violations.push(...ofKept(await succeed(fleet, plan)))
  if (plan.hasHistory !== false) {
    violations.push(...(await checkExport(fleet.ledger, () => fleet.evidence())), ...(await checkAudit(fleet.ledger)))
  }
  return { violations, evidence, trace: fleet.trace }
}

/** Longest wait for a moment at which the leader may crash, ms. */
const SUCCESSION_MS = 5000
const SUCCESSION_STEP_MS = 400

/** The leader crashes in a calm moment, and a standby does the leader's work until the lease has run out. */
async function succeed(fleet: Fleet, plan: Plan): Promise<string[]> {
  const { world } = fleet
  for (let waited = 0; waited < SUCCESSION_MS; waited += SUCCESSION_STEP_MS) {
    const succession = drawSuccession(fleet.evidence(), world.startAt)
    if (succession !== undefined) {
      fleet.tell('fleet', 'the leader crashes')
      succession.leader.node.crash()
      await world.run(world.now + 3 * plan.heartbeatMs, () => {})
      return checkSuccession(fleet.evidence(), succession)
    }
    await world.run(world.now + SUCCESSION_STEP_MS, () => {})
  }
  return []
}
