/** Packed into the builds. The demo runs the sources without devDependencies, so these are dependencies there. */
const PACKED = new Set(['cron-parser'])

/** Published packages name no devDependencies: some are private tools of this repository, and none serves a user. */
export const hooks = {
  beforePacking(manifest) {
    const { devDependencies: _, ...published } = manifest
    if (published.dependencies === undefined) return published
    const dependencies = Object.entries(published.dependencies).filter(([name]) => !PACKED.has(name))
    return { ...published, dependencies: Object.fromEntries(dependencies) }
  },
}
