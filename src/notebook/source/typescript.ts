import { createRequire } from "node:module";
import { join } from "node:path";
import { projectRoot } from "../../root";

/** A piece of a parsed file: a declaration, an expression, a word. */
export interface SyntaxNode {
  readonly kind: number;
  readonly end: number;
  readonly parent?: SyntaxNode;
  readonly name?: SyntaxNode & { readonly text?: string };
  readonly members?: readonly SyntaxNode[];
  readonly statements?: readonly SyntaxNode[];
  /** What a class extends and implements. */
  readonly heritageClauses?: readonly {
    readonly types: readonly { readonly expression: { readonly text?: string } }[];
  }[];
  /** Of a line of declarations: `const a = 1, b = 2`. */
  readonly declarationList?: { readonly declarations: readonly SyntaxNode[] };
  readonly jsDoc?: readonly { readonly pos: number }[];
  getStart(file?: SyntaxNode): number;
  getChildren(file?: SyntaxNode): readonly SyntaxNode[];
}

/** What is used of TypeScript: the one that the kernel compiles src with, which needs no other package. */
interface TypeScript {
  transpileModule(
    text: string,
    options: { compilerOptions: { module: number; target: number; removeComments: boolean } },
  ): { outputText: string };
  createSourceFile(name: string, text: string, target: number, setParents: boolean): SyntaxNode;
  readonly ModuleKind: { readonly CommonJS: number };
  readonly ScriptTarget: { readonly ES2022: number };
  readonly SyntaxKind: Readonly<Record<string, number>>;
}

let loaded: TypeScript | undefined;

/** Takes a moment where it is not there already, as it is in the kernel. */
export function typeScript(): TypeScript {
  loaded ??= createRequire(join(projectRoot(), "package.json"))("@tslab/typescript-for-tslab") as TypeScript;
  return loaded;
}
