/** One block of commands of docs/deploy.md. */
export interface Step {
  /** Whose machine they are typed at. */
  readonly machine: string;
  readonly commands: readonly string[];
}

/** The blocks of commands in a document, in order: fenced `sh` blocks whose first line is `# at MACHINE`. */
export function stepsOf(markdown: string): readonly Step[] {
  return fencesOf(markdown)
    .filter(({ language }) => language === 'sh')
    .map(({ content }) => {
      const [first = '', ...lines] = content.trimEnd().split('\n');
      const machine = /^# at (\w+)$/.exec(first)?.[1];
      if (machine === undefined) throw new Error(`a block of commands at no machine: ${first}`);
      return { machine, commands: lines };
    });
}

/** Files that the document shows in full: a fenced block after a line that ends in `` `NAME`: ``. */
export function filesOf(markdown: string): ReadonlyMap<string, string> {
  const named = fencesOf(markdown).flatMap(({ before, content }) => {
    const name = /`([\w.]+)`:\n\n$/.exec(before)?.[1];
    return name === undefined ? [] : [[name, content] as const];
  });
  return new Map(named);
}

/** What the document says a command prints: the fenced block after the line with this text. */
export function shownAfter(markdown: string, line: string): string | undefined {
  return fencesOf(markdown).find(({ before }) => before.endsWith(`${line}\n\n`))?.content;
}

/** Addresses of parties in a document, e.g. `alice.example:7100`. */
export function addressesOf(markdown: string): readonly string[] {
  return [...new Set(markdown.match(/\b\w+\.example:\d+\b/g) ?? [])];
}

interface Fence {
  readonly language: string;
  readonly content: string;
  /** The document up to the block. */
  readonly before: string;
}

function fencesOf(markdown: string): Fence[] {
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? '',
    content: match[2] ?? '',
    before: markdown.slice(0, match.index),
  }));
}
