import { escapeMarkup } from "../format";
import { type SyntaxNode, typeScript } from "./typescript";

/** The colours that JupyterLab's own editor has in the theme that is on, and what stands for them elsewhere. */
const colors = {
  keyword: "color:var(--jp-mirror-editor-keyword-color,#008000);font-weight:bold",
  string: "color:var(--jp-mirror-editor-string-color,#ba2121)",
  number: "color:var(--jp-mirror-editor-number-color,#006666)",
  comment: "color:var(--jp-mirror-editor-comment-color,#3d7a7a);font-style:italic",
  definition: "color:var(--jp-mirror-editor-def-color,#0000ff)",
  property: "color:var(--jp-mirror-editor-property-color,#0055aa)",
};

type Look = keyof typeof colors;

/** The text of a parsed file from one place to another as HTML, its words in colours. */
export function highlight(file: SyntaxNode, text: string, from: number, to: number): string {
  const parts: string[] = [];
  let at = from;
  const write = (end: number, look?: Look) => {
    const piece = escapeMarkup(text.slice(at, end));
    parts.push(look === undefined || piece === "" ? piece : `<span style="${colors[look]}">${piece}</span>`);
    at = end;
  };
  for (const word of wordsOf(file, file)) {
    const start = word.getStart(file);
    if (start < at || word.end > to) continue;
    // Between words there are spaces and comments.
    const between = text.slice(at, start);
    const space = between.length - between.trimStart().length;
    write(at + space);
    write(at + between.trim().length, "comment");
    write(start);
    write(word.end, lookOf(word));
  }
  write(to);
  return parts.join("");
}

/** The words and signs that a node consists of, in order. */
function* wordsOf(node: SyntaxNode, file: SyntaxNode): Generator<SyntaxNode> {
  // A docstring has nodes of its own; here it is a comment like others.
  if (node.kind === typeScript().SyntaxKind.JSDoc) return;
  const children = node.getChildren(file);
  if (children.length === 0) yield node;
  for (const child of children) yield* wordsOf(child, file);
}

function lookOf({ kind, parent }: SyntaxNode): Look | undefined {
  const { SyntaxKind } = typeScript();
  const isAny = (...names: string[]) => names.some((name) => SyntaxKind[name] === kind);
  if (kind >= SyntaxKind.FirstKeyword && kind <= SyntaxKind.LastKeyword) return "keyword";
  if (isAny("NumericLiteral", "BigIntLiteral")) return "number";
  if (isAny("StringLiteral", "RegularExpressionLiteral", "NoSubstitutionTemplateLiteral")) return "string";
  if (isAny("TemplateHead", "TemplateMiddle", "TemplateTail")) return "string";
  if (!isAny("Identifier", "PrivateIdentifier") || parent?.name?.kind !== kind) return undefined;
  const declares = [
    "ClassDeclaration",
    "FunctionDeclaration",
    "InterfaceDeclaration",
    "TypeAliasDeclaration",
  ];
  declares.push("MethodDeclaration", "VariableDeclaration", "GetAccessor");
  const owner = parent.kind;
  if (declares.some((name) => SyntaxKind[name] === owner)) return "definition";
  return owner === SyntaxKind.PropertyAccessExpression ? "property" : undefined;
}
