import type { Command } from '../command.ts'
import { UsageError } from '../ending.ts'
import { EXIT } from '../exit-code.ts'
import { bashScript, fishScript, SHELLS, zshScript } from '../output/completion-scripts.ts'

/** @param commands - all commands, with `completion` itself */
export function completionCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    summary: 'print what teaches a shell to complete s3sched',
    details:
      'bash: source <(s3sched completion bash)   zsh: source <(s3sched completion zsh)\n' +
      'fish: s3sched completion fish | source\n' +
      'The names of jobs are read from the store of the line, or from S3SCHED_STORE.',
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
