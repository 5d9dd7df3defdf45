import type { JobView } from '@s3sched/operator'
import { html, type Html } from '../html/html.ts'
import type { Links } from '../html/links.ts'

const BOX = { width: 170, height: 34, gapX: 46, gapY: 12 }
/** The most steps before and after the job, and the most jobs of a step. */
const MOST_STEPS = 3
const MOST_JOBS = 8
const MOST_CHARACTERS = 22

interface Node {
  readonly name: string
  readonly x: number
  readonly y: number
}

/** The jobs that a job comes after, and those that come after the job, with those before and after these. */
export function jobChain(job: JobView, jobs: readonly JobView[], links: Links): Html | null {
  const byName = new Map(jobs.map((each) => [each.name, each]))
  const before = (name: string): readonly string[] => byName.get(name)?.spec.after ?? []
  const after = (name: string): readonly string[] =>
    jobs.filter(({ spec, state }) => state !== 'removed' && spec.after.includes(name)).map((each) => each.name)
  const columns = [...stepsFrom(job.name, before).toReversed(), [job.name], ...stepsFrom(job.name, after)]
  if (columns.length === 1) return null
  const rows = Math.max(...columns.map(({ length }) => length))
  const width = columns.length * (BOX.width + BOX.gapX) - BOX.gapX + 2
  const height = rows * (BOX.height + BOX.gapY) - BOX.gapY + 2
  const nodes = columns.flatMap((names, column) => {
    const top = (height - names.length * (BOX.height + BOX.gapY) + BOX.gapY) / 2
    return names.map((name, row): Node => ({
      name,
      x: column * (BOX.width + BOX.gapX) + 1,
      y: top + row * (BOX.height + BOX.gapY),
    }))
  })
  const arrows = nodes.flatMap((to) =>
    nodes.filter(({ name, x }) => x < to.x && before(to.name).includes(name)).map((from) => arrow(from, to)),
  )
  return html`<section aria-labelledby="chain" class="panel">
    <h2 id="chain">What comes before and after</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="What comes before and after">
      <svg class="chain" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
        ${arrows} ${nodes.map((node) => box(node, node.name === job.name, links))}
      </svg>
    </div>
  </section>`
}

/** The names of each step, the nearest first; a job stands in the first step that reaches it. */
function stepsFrom(name: string, next: (name: string) => readonly string[]): string[][] {
  const known = new Set([name])
  const steps: string[][] = []
  let front: readonly string[] = [name]
  while (steps.length < MOST_STEPS) {
    const step = [...new Set(front.flatMap(next))].filter((each) => !known.has(each)).slice(0, MOST_JOBS)
    if (step.length === 0) break
    for (const each of step) known.add(each)
    steps.push(step)
    front = step
  }
  return steps
}

function arrow(from: Node, to: Node): Html {
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2]
  const [x2, y2] = [to.x, to.y + BOX.height / 2]
  const middle = (x1 + x2) / 2
  return html`<path class="arrow" d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2 - 6} ${y2}" />
    <path class="head" d="M${x2 - 7} ${y2 - 4}l7 4l-7 4z" />`
}

function box({ name, x, y }: Node, isHere: boolean, links: Links): Html {
  const text = name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS - 1)}…` : name
  const drawn = html`<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" />
    <text x="${x + BOX.width / 2}" y="${y + 21}" text-anchor="middle">${text}</text>`
  return isHere
    ? html`<g class="here">${drawn}</g>`
    : html`<a href="${links.job(name)}" aria-label="${name}"><title>${name}</title>${drawn}</a>`
}
