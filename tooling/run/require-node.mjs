const OLDEST = 20

/**
 * Prints the problem and exits where Node is too old to run the rest. No syntax here may be newer than Node 14: a
 * syntax error would be the message otherwise.
 */
export function requireNode() {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= OLDEST) return
  console.error(
    `s3sched needs Node ${OLDEST} or newer, and this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Install a newer one from https://nodejs.org, or choose it with your version manager, and try again.',
  )
  process.exit(1)
}
