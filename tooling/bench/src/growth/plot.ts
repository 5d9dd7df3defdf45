import { exponent, lastExponent, type Growth, type Point } from './growth.ts'

const PANEL = { width: 300, height: 210 }
const MARGIN = { left: 54, right: 24, top: 38, bottom: 34 }
const PER_ROW = 3

/**
 * A picture with one panel for each quantity, both axes logarithmic: a straight line of slope 1 is growth in
 * proportion.
 */
export function plot(growths: readonly Growth[]): string {
  const rows = Math.ceil(growths.length / PER_ROW)
  const width = PANEL.width * PER_ROW
  const height = PANEL.height * rows
  const panels = growths.map((growth, index) => {
    const x = (index % PER_ROW) * PANEL.width
    const y = Math.floor(index / PER_ROW) * PANEL.height
    return `<g transform="translate(${x} ${y})">${panel(growth)}</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#24292f">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...panels,
    '</svg>',
    '',
  ].join('\n')
}

interface Scale {
  readonly ticks: readonly number[]
  readonly at: (value: number) => number
}

function panel({ name, points, unit }: Growth): string {
  const drawn = points.filter(({ value }) => value > 0)
  const right = PANEL.width - MARGIN.right
  const bottom = PANEL.height - MARGIN.bottom
  const x = scale(
    points.map(({ count }) => count),
    MARGIN.left,
    right,
  )
  const y = scale(
    drawn.map(({ value }) => value),
    bottom,
    MARGIN.top,
  )
  const place = ({ count, value }: Point): string => `${round(x.at(count))} ${round(y.at(value))}`
  const grid = [
    ...x.ticks.map((tick) => {
      const at = round(x.at(tick))
      return `<path d="M${at} ${MARGIN.top}V${bottom}" stroke="#d8dee4"/><text x="${at}" y="${bottom + 16}" text-anchor="middle">${short(tick)}</text>`
    }),
    ...y.ticks.map((tick) => {
      const at = round(y.at(tick))
      return `<path d="M${MARGIN.left} ${at}H${right}" stroke="#d8dee4"/><text x="${MARGIN.left - 6}" y="${at + 4}" text-anchor="end">${short(tick)}</text>`
    }),
  ]
  const title = `<text x="${MARGIN.left}" y="16" font-weight="bold">${name}, ${unit}</text>`
  const slope = `<text x="${MARGIN.left}" y="30" fill="#57606a">exponent ${exponent(points).toFixed(2)}, of the last step ${lastExponent(points).toFixed(2)}</text>`
  const line = `<path d="M${drawn.map(place).join('L')}" fill="none" stroke="#0969da" stroke-width="2"/>`
  const dots = drawn.map(
    (point) => `<circle cx="${round(x.at(point.count))}" cy="${round(y.at(point.value))}" r="3" fill="#0969da"/>`,
  )
  return [title, slope, ...grid, line, ...dots].join('')
}

/** From the power of ten below the least value to the power of ten above the greatest. */
function scale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.max(Math.ceil(Math.log10(Math.max(...values))), low + 1)
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
    at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function short(value: number): string {
  return value >= 1000 ? `${round(value / 1000)}k` : String(Number(value.toPrecision(1)))
}
