import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installProject, type Version } from './install-project.ts'

/** The names that a user of the scheduler of s3db.js may use, as the installed package declares and emits them. */
export interface Surface {
  /** Of the constructor, the coordinator's and those of every plugin included. */
  readonly options: readonly string[]
  /** The fields of a job, of the context of its action, of its status and of its history. */
  readonly jobFields: readonly string[]
  /** The public methods and fields of a scheduler, those of a coordinator and of every plugin included. */
  readonly members: readonly string[]
  readonly events: readonly string[]
  /** The fields of the payloads of these events. */
  readonly payloadFields: readonly string[]
  /** The messages of thrown errors, with `…` for each inserted value. */
  readonly errors: readonly string[]
  /** The fields of a `SchedulerError`. */
  readonly errorFields: readonly string[]
}

/** The folders of declarations and of code in each version. */
const FOLDERS: Readonly<
  Record<Version, { readonly declarations: string; readonly code: string; readonly ext: string }>
> = {
  '19': { declarations: 'dist/types', code: 'src', ext: 'ts' },
  '21': { declarations: 'dist', code: 'dist', ext: 'js' },
}

/**
 * Reads the surface from the declarations and the code of the installed s3db.js.
 * @throws when npm can't install s3db.js, or a declaration is not where it was
 */
export async function readSurface(version: Version): Promise<Surface> {
  const { declarations, code, ext } = FOLDERS[version]
  const read = async (path: string): Promise<string> =>
    readFile(join(await installProject(version), 'node_modules', 's3db.js', path), 'utf8')
  const declared = (name: string): Promise<string> => read(`${declarations}/${name}.d.ts`)
  const written = (name: string): Promise<string> => read(`${code}/${name}.${ext}`)

  const scheduler = await declared('plugins/scheduler.plugin')
  const coordinator = await declared('plugins/concerns/coordinator-plugin.class')
  const plugin = await declared('plugins/plugin.class')
  const errors = await declared('errors')
  const thrower = await written('plugins/scheduler.plugin')
  const emitters = [thrower, await written('plugins/concerns/coordinator-plugin.class')]
  return {
    options: unique(
      membersOf(scheduler, 'SchedulerPluginOptions'),
      membersOf(coordinator, 'CoordinatorConfig'),
      membersOf(plugin, 'PluginConfig'),
    ),
    jobFields: unique(
      ...['JobConfig', 'JobContext', 'JobStatus', 'JobHistoryEntry', 'JobHistoryOptions', 'JobStatistics'].map((name) =>
        membersOf(scheduler, name),
      ),
    ),
    members: unique(
      membersOf(scheduler, 'SchedulerPlugin'),
      membersOf(coordinator, 'CoordinatorPlugin'),
      membersOf(plugin, 'Plugin'),
    ),
    events: unique(emitters.flatMap((text) => emits(text).map(([event]) => event))),
    payloadFields: unique(emitters.flatMap((text) => emits(text).flatMap(([, payload]) => keysOf(payload)))),
    errors: unique(emitters.flatMap(messagesOf)),
    errorFields: unique(
      membersOf(await declared('plugins/scheduler.errors'), 'SchedulerErrorDetails'),
      membersOf(errors, 'BaseErrorContext'),
      membersOf(errors, 'BaseError'),
    ),
  }
}

/** The public members of a declared interface or class; a leading `_` counts as private. */
function membersOf(declarations: string, name: string): string[] {
  const body = new RegExp(String.raw`(?:interface|class) ${name}\b[^{]*\{\n([\s\S]*?)\n\}`).exec(declarations)?.[1]
  if (body === undefined) throw new Error(`s3db.js declares no ${name}`)
  const members = body.matchAll(/^ {4}(?:(?:readonly|get) )?(?<member>[A-Za-z]\w*)[?(:<]/gm)
  return [...members].map(({ groups }) => groups?.['member'] ?? '').filter((member) => member !== 'constructor')
}

/** The emitted events, each with the text of its payload. */
function emits(code: string): [event: string, payload: string][] {
  const calls = code.matchAll(/\.emit\('(?<event>[^']+)', \{(?<payload>[^}]*)\}/g)
  return [...calls].map(({ groups }) => [groups?.['event'] ?? '', groups?.['payload'] ?? ''])
}

function keysOf(payload: string): string[] {
  return payload.split(',').flatMap((entry) => /^\s*(\w+)/.exec(entry)?.[1] ?? [])
}

/** The messages of `new Error(…)` and `new SchedulerError(…)`. */
function messagesOf(code: string): string[] {
  const errors = code.matchAll(/new (?:Scheduler)?Error\((?<quote>['`])(?<message>.*?)\k<quote>[,)]/g)
  return [...errors].map(({ groups }) => (groups?.['message'] ?? '').replaceAll(/\$\{[^}]*\}/g, '…'))
}

function unique(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].toSorted()
}
