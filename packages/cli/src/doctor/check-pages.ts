import { findOldLayout, type Operator } from '@s3sched/operator'
import { counted } from '../output/counted.ts'
import type { Io } from '../io.ts'
import type { Finding } from './finding.ts'

/** Outcomes move into segments at 32 KB. Each write of a page writes its outcomes, too. */
const MANY_CHARS = 1_048_576
const MEGABYTE = 1_048_576

/** Looks for jobs of the layout with an object for each job, which this version can't read: 1 LIST. */
export async function checkLayout({ store }: Operator, { signal }: Io): Promise<Finding[]> {
  const key = await findOldLayout(store, signal)
  if (key === undefined) return []
  return [
    {
      check: 'layout',
      level: 'problem',
      message: `the jobs are of an earlier layout, such as '${key}': this version keeps jobs in pages, and refuses to start here`,
      advice: 'Use another prefix, or delete what lies below this prefix: an earlier layout is not converted',
    },
  ]
}

/** Looks for pages whose outcomes nobody moves into segments. */
export async function checkPages(operator: Operator, { signal }: Io): Promise<Finding[]> {
  const pages = await operator.pages(signal)
  return pages.flatMap(({ key, outcomeChars, outcomes }): Finding[] => {
    if (outcomeChars <= MANY_CHARS) return []
    const size = (outcomeChars / MEGABYTE).toFixed(1)
    return [
      {
        check: 'pages',
        level: 'problem',
        message: `${key} holds ${counted(outcomes, 'outcome')} of ${size} MB, which nobody has moved into segments: each write of the page writes them again`,
        advice: 'See in the log of the instances why they can not write below segments/',
      },
    ]
  })
}
