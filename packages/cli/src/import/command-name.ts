/** Programs that start another one, and the shell's words before a command. */
const WRAPPERS = new Set(
  'sudo nice ionice nohup env time timeout flock chronic setsid exec bash sh zsh python python3 node php perl ruby cd test [ if then'.split(
    ' ',
  ),
)

/** A name for a job from the command of a crontab: the program's file name without its extension. */
export function commandName(command: string): string {
  // In `cd /app && ./backup.sh`, the last part tells most.
  const [first = command] = command.split(/\s*(?:\|\||[|;>])\s*/)
  const part = first.split(/\s*&&\s*/).at(-1) ?? first
  const words = part.split(/\s+/).filter((word) => !/^[A-Za-z_]\w*=/.test(word) && !word.startsWith('-'))
  const program = words.find((word) => !WRAPPERS.has(fileName(word)) && /[A-Za-z]/.test(word)) ?? 'job'
  return fileName(program).replace(/\.(?:sh|py|js|mjs|ts|php|pl|rb|bash)$/, '') || 'job'
}

function fileName(word: string): string {
  return word.replaceAll(/["']/g, '').split('/').filter(Boolean).at(-1) ?? word
}
