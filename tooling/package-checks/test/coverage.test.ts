import { join } from 'node:path'
import { expect, it } from 'vitest'
import { publicPackages, readManifest, root } from '../src/public-packages.ts'

it.each(['package-checks', 'readme'])(
  'tooling/%s depends on every public package, so that turbo builds it first',
  (name) => {
    const { devDependencies = {} } = readManifest(join(root, 'tooling', name))
    const ours = Object.keys(devDependencies).filter((dependency) => /^(@s3sched\/|s3sched$)/.test(dependency))
    expect(ours.toSorted()).toEqual(publicPackages().map((each) => each.name))
  },
)
