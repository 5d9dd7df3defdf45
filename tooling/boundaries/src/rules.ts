import type { IForbiddenRuleType } from 'dependency-cruiser'
import { moreInTests } from './import-table.ts'
import { type Layers, patternOf } from './layers.ts'

const TEST = '\\.test\\.ts$|^packages/[^/]+/test/'
const ENTRY_POINT =
  '^packages/[^/]+/src/(opentelemetry/|serverless/|testing/|operator/|segments/|archive/|isolated/|bucket/|reports/|statistics/)?index\\.ts$'

/** dependency-cruiser's rules for an import table and for the layers of packages, with the few rules for every table. */
export function rulesOf(
  table: Readonly<Record<string, readonly string[]>>,
  layersOf: Readonly<Record<string, Layers>>,
): IForbiddenRuleType[] {
  return [
    ...Object.entries(table).flatMap(([name, allowed]) => packageRules(name, allowed)),
    ...Object.entries(layersOf).flatMap(([name, layers]) => layerRules(name, layers)),
    ...generalRules,
  ]
}

/** A rule for each layer but the highest. */
function layerRules(name: string, layers: Layers): IForbiddenRuleType[] {
  return layers.slice(0, -1).map((layer, index) => ({
    name: `layer-${index + 1}-of-${name}`,
    comment: `${layer.join(', ')} may import nothing of a higher layer`,
    severity: 'error',
    from: { path: patternOf(name, [layer]), pathNot: TEST },
    to: { path: patternOf(name, layers.slice(index + 1)) },
  }))
}

function packageRules(name: string, allowed: readonly string[]): IForbiddenRuleType[] {
  const inTests = [...allowed, ...(moreInTests[name] ?? [])]
  const comment = `${name} may import ${allowed.length === 0 ? 'none of our packages' : allowed.join(', ')}`
  const ruleOf = (rule: string, from: IForbiddenRuleType['from'], packages: readonly string[]): IForbiddenRuleType => ({
    name: rule,
    comment,
    severity: 'error',
    from,
    to: { path: '^packages/', pathNot: `^packages/(${[name, ...packages].join('|')})/` },
  })
  return [
    ruleOf(`imports-of-${name}`, { path: `^packages/${name}/`, pathNot: TEST }, allowed),
    ruleOf(
      `imports-of-tests-of-${name}`,
      { path: [`^packages/${name}/.*\\.test\\.ts$`, `^packages/${name}/test/`] },
      inTests,
    ),
  ]
}

const generalRules: readonly IForbiddenRuleType[] = [
  {
    name: 'no-package-imports-apps-or-tooling',
    comment: 'apps and tooling are built on the packages; only a test may use tooling',
    severity: 'error',
    from: { path: '^packages/', pathNot: TEST },
    to: { path: '^(apps|tooling)/' },
  },
  {
    name: 'no-package-imports-apps',
    comment: 'not even a test',
    severity: 'error',
    from: { path: '^packages/' },
    to: { path: '^apps/' },
  },
  {
    name: 'only-entry-points',
    comment: "another package's files are reached by its entry points, such as src/index.ts and src/testing/index.ts",
    severity: 'error',
    from: { path: '^(?:packages|apps|tooling)/([^/]+)/', pathNot: TEST },
    to: { path: '^packages/', pathNot: ['^packages/$1/', ENTRY_POINT] },
  },
  {
    name: 'tests-share-tests',
    comment: 'a test may use what another package keeps in its test folder, such as a simulation, but not its insides',
    severity: 'error',
    from: { path: '^(?:packages|apps|tooling)/([^/]+)/.*(\\.test\\.ts$|/test/)' },
    to: { path: '^packages/', pathNot: ['^packages/$1/', ENTRY_POINT, '^packages/[^/]+/test/'] },
  },
  {
    name: 'no-testing-in-production',
    comment: 'what ./testing holds is for tests',
    severity: 'error',
    from: { path: '^packages/[^/]+/src/', pathNot: `/testing/|${TEST}` },
    to: { path: '^packages/[^/]+/src/testing/' },
  },
  {
    name: 'aws-sdk-only-in-store',
    comment: "the port is the only way to S3, and what doesn't open an S3 store doesn't load the SDK",
    severity: 'error',
    // A target for another service of AWS loads the SDK of this service with its first hand-over.
    from: {
      path: '^packages/',
      pathNot: `^packages/store/|^packages/targets/src/(sqs|lambda|ecs|eventbridge)/|${TEST}`,
    },
    to: { path: '(^|/)@(aws-sdk|smithy)/' },
  },
  {
    name: 'no-circular',
    comment: 'files that import each other are one module; a circle of types can be read in no order either',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'resolvable',
    comment: 'an import that leads nowhere could hide a forbidden one',
    severity: 'error',
    from: { path: '^(packages|apps)/' },
    to: { couldNotResolve: true },
  },
]
