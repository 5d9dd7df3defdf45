import { createRequire } from 'node:module'

/** The needed part of the visitor by which dependency-cruiser walks a module parsed by swc. */
interface Visitor {
  visitStatement: (this: Visitor, statement: { readonly type: string }) => unknown
  visitVariableDeclarators(declarators: readonly unknown[]): unknown
}

/**
 * swc parses `using` and `await using`, but swc's visitor refuses to walk such declarations, and no other parser knows
 * our TypeScript.
 */
export function teachUsingDeclarations(): void {
  const { prototype } = createRequire(import.meta.url)('@swc/core/Visitor.js').Visitor as { prototype: Visitor }
  const visitOther = prototype.visitStatement
  prototype.visitStatement = function visitStatement(statement) {
    if (statement.type !== 'UsingDeclaration') return visitOther.call(this, statement)
    this.visitVariableDeclarators((statement as unknown as { readonly decls: readonly unknown[] }).decls)
    return statement
  }
}
