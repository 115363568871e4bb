import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { projectPath } from "../../../config/project";

/** One row of a table: a prop, or a member that others may use. */
export interface Member {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  /** First sentences of its doc comment; empty where the name says all. */
  readonly doc: string;
  /** Text of its `@default` tag. */
  readonly standard?: string;
}

/** A construct as its source describes it. */
export interface ConstructSource {
  readonly name: string;
  /** Relative to the project folder. */
  readonly file: string;
  readonly doc: string;
  readonly props: readonly Member[];
  readonly members: readonly Member[];
}

/** The constructs of a folder below `modules/`, by file name. Only the syntax is read: types stand as they are written. */
export function constructsOf(folder: string): ConstructSource[] {
  const path = join("modules", folder);
  const files = readdirSync(projectPath(path))
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => parse(join(path, name)));
  const interfaces = new Map(
    files
      .flatMap(({ statements }) => statements.filter(ts.isInterfaceDeclaration))
      .map((each) => [each.name.text, each]),
  );
  return files.flatMap((source) =>
    source.statements.filter(isConstruct).map((declaration): ConstructSource => {
      const props = interfaces.get(`${declaration.name.text}Props`);
      return {
        name: declaration.name.text,
        file: source.fileName,
        doc: docOf(declaration),
        props: props?.members.filter(ts.isPropertySignature).map(memberOf) ?? [],
        members: declaration.members.filter(ts.isPropertyDeclaration).filter(isPublic).map(memberOf),
      };
    }),
  );
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(projectPath(file), "utf8"), ts.ScriptTarget.Latest, true);
}

function isConstruct(statement: ts.Statement): statement is ts.ClassDeclaration & { readonly name: ts.Identifier } {
  return (
    ts.isClassDeclaration(statement) &&
    statement.name !== undefined &&
    has(statement, ts.SyntaxKind.ExportKeyword) &&
    (statement.heritageClauses ?? []).some((clause) => clause.getText() === "extends Construct")
  );
}

const has = (node: ts.HasModifiers, kind: ts.SyntaxKind) =>
  ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false;

const isPublic = (property: ts.PropertyDeclaration) =>
  !has(property, ts.SyntaxKind.PrivateKeyword) && !has(property, ts.SyntaxKind.StaticKeyword);

function memberOf(node: ts.PropertySignature | ts.PropertyDeclaration): Member {
  const standard = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "default");
  const text = standard && ts.getTextOfJSDocComment(standard.comment);
  return {
    name: node.name.getText(),
    type: oneLine(node.type?.getText() ?? ""),
    optional: node.questionToken !== undefined,
    doc: docOf(node),
    ...(text ? { standard: oneLine(text) } : {}),
  };
}

function docOf(node: ts.Node): string {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return oneLine(ts.getTextOfJSDocComment(comment?.comment) ?? "");
}

const oneLine = (text: string) =>
  text
    // Types are told without their inner comments.
    .replace(/\/\*\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .trim();
