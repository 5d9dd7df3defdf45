/** The environment variable with the folder of the package under test, for the configuration of vitest. */
export const TESTS = 'S3SCHED_MUTATED_PACKAGE'

/** The files of each package; the tests of other packages would notice a mutant later, and cost more time. */
export function byPackage(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const file of files) {
    const folder = file.split('/').slice(0, 2).join('/')
    found.set(folder, [...(found.get(folder) ?? []), file])
  }
  return found
}
