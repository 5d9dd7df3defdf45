import type { Command } from '../command.ts'
import { COMMON_OPTIONS, STORE_OPTIONS } from '../option-spec.ts'
import { UsageError } from '../ending.ts'
import { EXIT } from '../exit-code.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** @param commands - all commands, with `completion` itself */
export function completionCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    summary: 'print what teaches a shell to complete s3sched',
    details:
      'bash: source <(s3sched completion bash)   zsh: source <(s3sched completion zsh)\n' +
      'fish: s3sched completion fish | source',
    subject: { label: 'bash|zsh|fish', required: true },
    usesStore: false,
    async run(invocation) {
      const shell = SHELLS.find((known) => known === invocation.subject)
      if (shell === undefined) {
        throw new UsageError(`expected one of ${SHELLS.join(', ')}, got '${invocation.subject ?? ''}'`)
      }
      const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](commands())
      if (invocation.json) await invocation.printJson({ shell, script })
      else await invocation.print(script)
      return EXIT.ok
    },
  }
}

interface Flag {
  readonly long: string
  readonly short: string | undefined
  readonly takesValue: boolean
  readonly description: string
}

function flagsOf({ options = [], usesStore }: Command): Flag[] {
  const flags = new Map<string, Flag>()
  for (const { description, flags: text } of [...options, ...(usesStore ? STORE_OPTIONS : []), ...COMMON_OPTIONS]) {
    const long = /--([a-z-]+)/.exec(text)?.[1]
    if (long === undefined || flags.has(long)) continue
    flags.set(long, { long, short: /^-(\w),/.exec(text)?.[1], takesValue: text.includes('<'), description })
  }
  return [...flags.values()]
}

function bashScript(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const words = command.name === 'completion' ? [...SHELLS] : flagsOf(command).map(({ long }) => `--${long}`)
    return `    ${command.name}) words="${words.join(' ')}" ;;`
  })
  return `_s3sched() {
  local words="${commands.map(({ name }) => name).join(' ')}"
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "\${COMP_WORDS[1]}" in
${cases.map((line) => `  ${line}`).join('\n')}
      *) words="" ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _s3sched s3sched`
}

function zshScript(commands: readonly Command[]): string {
  const list = commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`)
  const cases = commands.map((command) => {
    if (command.name === 'completion') return `    completion) compadd ${SHELLS.join(' ')} ;;`
    const flags = flagsOf(command).map(({ description, long, takesValue }) => {
      return `'--${long}${takesValue ? '=' : ''}[${quoted(description)}]${takesValue ? ':value:' : ''}'`
    })
    return `    ${command.name}) _arguments ${flags.join(' ')} ;;`
  })
  return `#compdef s3sched
_s3sched() {
  local -a commands=(
${list.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
}
compdef _s3sched s3sched`
}

/** Escapes a description for single quotes, brackets and colons of zsh. */
function quoted(text: string): string {
  return text.replaceAll("'", String.raw`'\''`).replaceAll(/[:[\]]/g, String.raw`\$&`)
}

function fishScript(commands: readonly Command[]): string {
  const lines = ['complete -c s3sched -f']
  for (const command of commands) {
    const { name, summary } = command
    lines.push(`complete -c s3sched -n __fish_use_subcommand -a ${name} -d '${fishQuoted(summary)}'`)
    const seen = `-n '__fish_seen_subcommand_from ${name}'`
    if (name === 'completion') lines.push(`complete -c s3sched ${seen} -a '${SHELLS.join(' ')}'`)
    for (const { description, long, short, takesValue } of flagsOf(command)) {
      const how = `-l ${long}${short === undefined ? '' : ` -s ${short}`}${takesValue ? ' -r' : ''}`
      lines.push(`complete -c s3sched ${seen} ${how} -d '${fishQuoted(description)}'`)
    }
  }
  return lines.join('\n')
}

function fishQuoted(text: string): string {
  return text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)
}
