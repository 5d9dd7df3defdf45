import type { Began } from './runner.ts'

// oxlint-disable-next-line no-default-export -- an isolated action is the default export of its file
export default function action(): Began
