/**
 * One document under inspection: its text, where things are written, what has been found so far, and which
 * parts are known to be broken, so that no rule is judged on a field that another finding is about.
 */
import type { Finding, Position } from '../errors.ts';
import type { Path } from './nodes.ts';
import type { YamlDocument } from './yaml.ts';

/** A file of the run. `folder` is where relative paths of destinations start. */
export interface SourceFile {
  readonly file: string;
  readonly folder: string;
  readonly text: string;
}

export interface Inspection {
  readonly file: string;
  readonly folder: string;
  error(code: string, path: Path, message: string): void;
  warning(code: string, path: Path, message: string): void;
  position(path: Path, want?: 'key' | 'value'): Position;
  /** Marks what is at a path, and everything around it, as not to be judged further. */
  breaks(path: Path): void;
  /** Whether something at or below a path is broken. */
  broken(path: Path): boolean;
  /** For a rule across documents, whose place is known already. */
  errorAt(code: string, position: Position, message: string): void;
  /** Whether the document has an error, so that it is left out of the manifest. */
  failed(): boolean;
}

/** The same inspection for paths in data that has lost entries of its lists. */
export function mapped(inspection: Inspection, origin: (path: Path) => Path): Inspection {
  return {
    ...inspection,
    error: (code, path, message) => inspection.error(code, origin(path), message),
    warning: (code, path, message) => inspection.warning(code, origin(path), message),
    position: (path, want) => inspection.position(origin(path), want),
    breaks: (path) => inspection.breaks(origin(path)),
    broken: (path) => inspection.broken(origin(path)),
  };
}

/**
 * @param findings where findings go; the same remark at the same place is made once, however many inherit it.
 */
export function inspect(source: SourceFile, document: YamlDocument, findings: Finding[]): Inspection {
  const said = new Set<string>();
  const broken = new Set<string>();
  let errors = 0;
  const position = (path: Path, want?: 'key' | 'value') => ({
    file: source.file,
    ...document.locate(path, want),
  });
  const say = (severity: Finding['severity'], code: string, place: Position, message: string) => {
    if (severity === 'error') errors++;
    const same = `${place.line}:${place.column} ${message}`;
    if (!said.has(same)) findings.push({ severity, code, message, position: place });
    said.add(same);
  };
  const placeOf = (code: string, path: Path) => position(path, code === 'UnknownKey' ? 'key' : 'value');
  return {
    file: source.file,
    folder: source.folder,
    error: (code, path, message) => say('error', code, placeOf(code, path), message),
    warning: (code, path, message) => say('warning', code, placeOf(code, path), message),
    errorAt: (code, place, message) => say('error', code, place, message),
    position,
    breaks(path) {
      for (let length = path.length; length > 0; length--) broken.add(path.slice(0, length).join('\0'));
    },
    broken: (path) => broken.has(path.join('\0')),
    failed: () => errors > 0,
  };
}
