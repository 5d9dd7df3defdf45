/** Computes without a pause, as a report or an image would. */
// oxlint-disable-next-line no-default-export -- an isolated action is the default export of its file
export default function compute(database, { computeMs }) {
  const until = performance.now() + computeMs
  let steps = 0
  while (performance.now() < until) steps++
  return { steps }
}
