/** Published packages name no devDependencies: some are private tools of this repository, and none serves a user. */
export const hooks = {
  beforePacking(manifest) {
    const { devDependencies: _, ...published } = manifest
    return published
  },
}
