// oxlint-disable-next-line no-default-export -- an isolated action is the default export of its file
export default function compute(database: unknown, context: object): { readonly steps: number }
