import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Starts the chaos first, then the simulations, then the other tests. The chaos waits for half a minute, and the
 * simulations beside it wait for nothing. A simulation takes long and is a small file, and a fresh clone knows no durations:
 * vitest would start the large files first, and leave a core idle beside the last simulation.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's, and no array's
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  if (moduleId.endsWith('/chaos.test.ts')) return 0
  return moduleId.endsWith('.sim.test.ts') ? 1 : 2
}
