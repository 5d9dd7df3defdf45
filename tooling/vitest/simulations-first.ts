import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Starts the simulations of a package before its other tests. A simulation takes minutes and is a small file, and a fresh
 * clone knows no durations: vitest would start the large files first, and leave a core idle beside the last simulation.
 */
export class SimulationsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's, and no array's
    const sorted = await super.sort(files)
    return [...sorted.filter(isSimulation), ...sorted.filter((file) => !isSimulation(file))]
  }
}

function isSimulation({ moduleId }: TestSpecification): boolean {
  return moduleId.endsWith('.sim.test.ts')
}
