/** Does nothing, and tells when. */
// oxlint-disable-next-line no-default-export -- an isolated action is the default export of its file
export default function action() {
  return { at: performance.timeOrigin + performance.now(), pid: process.pid }
}
