import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { importTable } from './import-table.ts'
import { type Layers, layersOf as ourLayers, patternOf } from './layers.ts'
import { rulesOf } from './rules.ts'
import { teachUsingDeclarations } from './visit-using.ts'

teachUsingDeclarations()

export interface Boundaries {
  /** Number of our modules read in each package; a package without an entry was not looked at. */
  readonly modules: Readonly<Record<string, number>>
  /** One line per problem. */
  readonly problems: readonly string[]
}

/** Reads every import below `root` and checks the import against the table and the layers. */
export async function readBoundaries(
  root: string,
  table: Readonly<Record<string, readonly string[]>> = importTable,
  layersOf: Readonly<Record<string, Layers>> = ourLayers,
): Promise<Boundaries> {
  const groups = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && ['packages', 'apps', 'tooling'].includes(entry.name))
    .map((entry) => entry.name)
  const { output } = await cruise(groups, {
    baseDir: root,
    // Without swc, and with an unknown TypeScript, dependency-cruiser reads no module and reports no fault.
    parser: 'swc',
    tsPreCompilationDeps: true,
    exclude: { path: '(^|/)(dist|\\.(app-[^/]+|blocks|reports|turbo))/' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@s3sched/source', 'node', 'import', 'default', 'types'],
      extensions: ['.ts', '.mts', '.mjs', '.js', '.json', '.d.ts'],
    },
    validate: true,
    ruleSet: { forbidden: rulesOf(table, layersOf) },
  })
  if (typeof output === 'string') throw new TypeError('dependency-cruiser answered with text')
  const modules = countModules(output)
  return {
    modules,
    problems: [...tableProblems(root, table, modules), ...unlayered(output, layersOf), ...violations(output)],
  }
}

function countModules({ modules }: ICruiseResult): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { source } of modules) {
    const [group, name] = source.split('/')
    if (group !== 'packages' || name === undefined || source.includes('node_modules')) continue
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** A package outside the table would be free to import anything, and an unread package would be free of faults. */
function tableProblems(
  root: string,
  table: Readonly<Record<string, readonly string[]>>,
  modules: Readonly<Record<string, number>>,
): string[] {
  const problems: string[] = []
  for (const name of readdirSync(join(root, 'packages'))) {
    if (!Object.hasOwn(table, name)) problems.push(`packages/${name} has no row in the import table`)
  }
  for (const name of Object.keys(table)) {
    if (modules[name] === undefined) problems.push(`no module of packages/${name} was read`)
  }
  return problems
}

/** A file outside of the layers would be free to import any. */
function unlayered({ modules }: ICruiseResult, layersOf: Readonly<Record<string, Layers>>): string[] {
  return Object.entries(layersOf).flatMap(([name, layers]) => {
    const known = new RegExp(patternOf(name, layers))
    const own = modules.filter(
      ({ source }) => source.startsWith(`packages/${name}/src/`) && !source.endsWith('.test.ts'),
    )
    return own
      .filter(({ source }) => !known.test(source))
      .map(({ source }) => `${source} stands in no layer of ${name}`)
  })
}

function violations({ summary }: ICruiseResult): string[] {
  const comments = new Map(summary.ruleSetUsed?.forbidden?.map((rule) => [rule.name, rule.comment]))
  return summary.violations.map(({ from, to, rule }) => {
    const reason = comments.get(rule.name)
    return `${from} imports ${to}: ${rule.name}${reason === undefined ? '' : ` (${reason})`}`
  })
}
