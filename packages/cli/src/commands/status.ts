import { assessHealth, isEmptyFleet, verdictOf } from '@s3sched/operator'
import type { Command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { tellNothingFound } from '../nothing-found.ts'
import { fleetJson, fleetText } from '../output/fleet-text.ts'
import { readFleet } from '../read-fleet.ts'

/** The leader, the instances, the state of every job, and the problems. */
export const statusCommand: Command = {
  name: 'status',
  summary: 'who leads, how every job stands, and what is wrong',
  details: 'Ends with 1 when something is wrong, or when the fleet is stopped.',
  usesStore: true,
  async run(invocation) {
    const fleet = await invocation.wait('Reading the bucket', readFleet(invocation))
    if (isEmptyFleet(fleet) && (await tellNothingFound(invocation, { healthy: false }))) return EXIT.finding
    const findings = assessHealth(fleet, (instant) => invocation.at(instant))
    if (invocation.json) await invocation.printJson(fleetJson(invocation, fleet, findings))
    else await invocation.print(fleetText(invocation, fleet, findings))
    return verdictOf(findings) === 'healthy' ? EXIT.ok : EXIT.finding
  },
}
