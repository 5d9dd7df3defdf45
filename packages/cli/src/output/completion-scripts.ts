/**
 * Scripts that teach a shell to complete `s3sched`: commands, options and the names of jobs.
 *
 * The shell asks `s3sched jobs --names` for the names, with the store and the prefix of the line so far, or of the
 * environment. Where no store can be read, no name is offered.
 */
import type { Command } from '../command.ts'
import { COMMON_OPTIONS, STORE_OPTIONS } from '../option-spec.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const

interface Flag {
  readonly long: string
  readonly short: string | undefined
  readonly takesValue: boolean
  readonly description: string
}

/** The subjects for which the name of a job stands. */
const JOB_LABELS: readonly string[] = ['NAME', 'RUN', 'JOB|RUN']

function takesJob({ subject }: Command): boolean {
  return subject !== undefined && JOB_LABELS.includes(subject.label)
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

function longFlags(command: Command): string {
  return flagsOf(command)
    .map(({ long }) => `--${long}`)
    .join(' ')
}

export function bashScript(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const words = command.name === 'completion' ? SHELLS.join(' ') : longFlags(command)
    return `    ${command.name}) words="${words}"${takesJob(command) ? ' names=1' : ''} ;;`
  })
  return `_s3sched_jobs() {
  local where=()
  [[ $COMP_LINE =~ ([a-z0-9]+://[^[:space:]\\'\\"]+) ]] && where+=("\${BASH_REMATCH[1]}")
  [[ $COMP_LINE =~ --prefix[[:space:]=]+([^[:space:]]+) ]] && where+=(--prefix "\${BASH_REMATCH[1]}")
  s3sched jobs --names "\${where[@]}" 2>/dev/null
}
_s3sched() {
  local commands=" ${commands.map(({ name }) => name).join(' ')} "
  local words="$commands" names="" command="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $commands == *" $word "* ]] && { command="$word"; break; }
  done
  case "$command" in
${cases.join('\n')}
    *) words="$commands ${[...STORE_OPTIONS, ...COMMON_OPTIONS].map(({ flags }) => flags.split(' ')[0]).join(' ')}" ;;
  esac
  word="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  if [[ "\${COMP_WORDS[COMP_CWORD-1]}" == --job || ( -n "$names" && "$word" != -* ) ]]; then
    local name quoted
    while IFS= read -r name; do
      printf -v quoted %q "$name"
      [[ "$name" == "$word"* || "$quoted" == "$word"* ]] && COMPREPLY+=("$quoted")
    done < <(_s3sched_jobs)
  else COMPREPLY=($(compgen -W "$words" -- "$word"))
  fi
}
complete -o default -F _s3sched s3sched`
}

export function zshScript(commands: readonly Command[]): string {
  const list = commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`)
  const cases = commands.map((command) => {
    if (command.name === 'completion') return `    completion) compadd ${SHELLS.join(' ')} ;;`
    const flags = flagsOf(command).map(({ description, long, takesValue }) => {
      const value = long === 'job' ? ':job:_s3sched_jobs' : ':value:'
      return `'--${long}${takesValue ? '=' : ''}[${quoted(description)}]${takesValue ? value : ''}'`
    })
    const names = takesJob(command) ? ` '*:job:_s3sched_jobs'` : ''
    return `    ${command.name}) _arguments ${flags.join(' ')}${names} ;;`
  })
  return `#compdef s3sched
_s3sched_jobs() {
  local -a where names
  local at
  for (( at = 2; at < CURRENT; at++ )); do
    case \${words[at]} in
      --store=*) where+=(\${(Q)words[at]}) ;;
      *://*) where+=(\${(Q)words[at]}) ;;
      --prefix=*) where+=(\${(Q)words[at]}) ;;
      --prefix) where+=(--prefix \${(Q)words[at+1]}) ;;
    esac
  done
  names=(\${(f)"$(s3sched jobs --names $where 2>/dev/null)"})
  compadd -a names
}
_s3sched() {
  local -a commands=(
${list.join('\n')}
  )
  local command word
  for word in \${words[2,CURRENT-1]}; do
    (( \${#commands[(r)$word:*]} )) && { command=$word; break; }
  done
  if [[ -z $command ]]; then
    _describe 'command' commands
    return
  fi
  case $command in
${cases.join('\n')}
  esac
}
compdef _s3sched s3sched`
}

/** Escapes a description for single quotes, brackets and colons of zsh. */
function quoted(text: string): string {
  return text.replaceAll("'", String.raw`'\''`).replaceAll(/[:[\]]/g, String.raw`\$&`)
}

export function fishScript(commands: readonly Command[]): string {
  const lines = [
    'complete -c s3sched -f',
    `function __s3sched_jobs
  set -l words (commandline -opc)
  set -l where
  for at in (seq 2 (count $words))
    switch $words[$at]
      case '--store=*' '*://*' '--prefix=*'
        set -a where $words[$at]
      case --prefix
        set -a where --prefix $words[(math $at + 1)]
    end
  end
  s3sched jobs --names $where 2>/dev/null
end`,
  ]
  for (const command of commands) {
    const { name, summary } = command
    lines.push(`complete -c s3sched -n __fish_use_subcommand -a ${name} -d '${fishQuoted(summary)}'`)
    const seen = `-n '__fish_seen_subcommand_from ${name}'`
    if (name === 'completion') lines.push(`complete -c s3sched ${seen} -a '${SHELLS.join(' ')}'`)
    if (takesJob(command)) lines.push(`complete -c s3sched ${seen} -a '(__s3sched_jobs)'`)
    for (const { description, long, short, takesValue } of flagsOf(command)) {
      const value = long === 'job' ? ` -r -a '(__s3sched_jobs)'` : takesValue ? ' -r' : ''
      const how = `-l ${long}${short === undefined ? '' : ` -s ${short}`}${value}`
      lines.push(`complete -c s3sched ${seen} ${how} -d '${fishQuoted(description)}'`)
    }
  }
  return lines.join('\n')
}

function fishQuoted(text: string): string {
  return text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)
}
