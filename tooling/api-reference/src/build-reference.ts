import { join } from 'node:path'
import { Application, Converter, type DeclarationReflection, Logger, LogLevel, ReflectionKind } from 'typedoc'
import type { EntryPoint } from './entry-points.ts'

export interface ReferenceOptions {
  readonly root: string
  readonly entryPoints: readonly EntryPoint[]
  /** The configuration of the compiler that includes the sources. */
  readonly tsconfig: string
  /** The folder for the pages; none are written without it. */
  readonly out?: string
}

/** Keeps the problems found by TypeDoc. */
class Problems extends Logger {
  readonly found: string[] = []

  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.found.push(message)
  }
}

/**
 * Builds the API reference from the doc comments, and returns the problems: an exported thing without a description,
 * and a link to nowhere. The types are not checked: the compiler of the repository does so.
 */
export async function buildReference({ entryPoints, out, root, tsconfig }: ReferenceOptions): Promise<string[]> {
  const app = await Application.bootstrap({
    name: 's3sched',
    entryPoints: entryPoints.map(({ file }) => file),
    tsconfig,
    basePath: root,
    readme: join(root, 'README.md'),
    skipErrorChecking: true,
    excludePrivate: true,
    excludeProtected: true,
    excludeExternals: true,
    disableGit: true,
    disableSources: true,
    sort: ['source-order'],
    packagesRequiringDocumentation: [...new Set(entryPoints.map((entry) => entry.package))],
    requiredToBeDocumented: ['Function', 'Class', 'Interface', 'TypeAlias', 'Variable', 'Method', 'Accessor'],
    validation: { notDocumented: true, invalidLink: true, notExported: false, invalidPath: false },
  })
  const problems = new Problems()
  app.logger = problems
  const names = new Map(entryPoints.map(({ file, name }) => [file, name]))
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection: DeclarationReflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return
    const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName ?? ''
    reflection.name = names.get(file) ?? reflection.name
  })
  const project = await app.convert()
  if (project === undefined) return [...problems.found, 'TypeDoc could not read the sources']
  app.validate(project)
  if (out !== undefined) await app.generateDocs(project, out)
  return problems.found
}
