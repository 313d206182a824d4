/** Checks that an environment's module defines what the kernels call, before anything is linked. */
import { withoutComments } from '../gpu/wesl-tokens';
import { type EnvironmentDefinition, environmentFile, errorInLine } from './definition';
import { checkModuleText } from './module-check';

/** Parameter types and return type of each function that a module must define. */
const FUNCTIONS = {
  reset: { parameters: ['ptr<function, Rng>'], result: 'State' },
  step: { parameters: ['ptr<function, State>', 'Action', 'ptr<function, Rng>'], result: 'Step' },
  observe: { parameters: ['State'], result: 'Observation' },
  // Only if the description has `actionMask: true`.
  action_mask: { parameters: ['State'], result: 'Mask' },
  // Only if the description has `metrics`.
  metrics: { parameters: ['State'], result: 'Metrics' },
} as const;

type FunctionName = keyof typeof FUNCTIONS;

interface Signature {
  readonly parameters: readonly string[];
  readonly result: string;
  readonly line: number;
}

/** Splits at commas outside of angle brackets. */
function splitParameters(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let current = '';
  for (const character of text) {
    if (character === '<') depth++;
    if (character === '>') depth--;
    if (character === ',' && depth === 0) {
      parts.push(current);
      current = '';
    } else {
      current += character;
    }
  }
  return [...parts, current].map((part) => part.trim()).filter((part) => part !== '');
}

function findFunction(text: string, name: FunctionName): Signature | undefined {
  const match = new RegExp(`\\bfn\\s+${name}\\s*\\(([^)]*)\\)\\s*(?:->\\s*([^{]+))?\\{`).exec(text);
  if (!match) return undefined;
  return {
    parameters: splitParameters(match[1]!).map((part) => part.slice(part.indexOf(':') + 1)),
    result: match[2] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  };
}

/** The type without white space. */
const plain = (type: string): string => type.replace(/\s/g, '');

function expectedSignature(name: FunctionName): string {
  const { parameters, result } = FUNCTIONS[name];
  return `fn ${name}(${parameters.join(', ')}) -> ${result}`;
}

function matches(name: FunctionName, found: Signature): boolean {
  const { parameters, result } = FUNCTIONS[name];
  return (
    parameters.length === found.parameters.length &&
    parameters.every((type, index) => plain(type) === plain(found.parameters[index]!)) &&
    plain(result) === plain(found.result)
  );
}

/**
 * Checks the text of an environment's module.
 * @throws EnvironmentError naming the module's file, the line, and what is expected there.
 */
export function checkEnvironmentModule(definition: EnvironmentDefinition): void {
  checkModuleText(definition);
  const text = withoutComments(definition.shader);
  const file = environmentFile(definition);
  const end = text.trimEnd().split('\n').length;
  if (!/\bstruct\s+State\b/.test(text)) {
    throw errorInLine(file, end, 'defines no struct State');
  }
  checkMask(definition, findFunction(text, 'action_mask'));
  checkMetrics(definition, findFunction(text, 'metrics'));
  for (const name of Object.keys(FUNCTIONS) as FunctionName[]) {
    if (name === 'action_mask' && !definition.actionMask) continue;
    if (name === 'metrics' && !definition.metrics) continue;
    const expected = expectedSignature(name);
    const found = findFunction(text, name);
    if (!found) throw errorInLine(file, end, `defines no ${expected}`);
    if (!matches(name, found)) {
      throw errorInLine(file, found.line, `${name} must be ${expected}`);
    }
  }
}

/** The module and the description must agree on whether there is a mask. */
function checkMask(definition: EnvironmentDefinition, found: Signature | undefined): void {
  const { id, actionMask } = definition;
  if (found && !actionMask) {
    throw errorInLine(
      environmentFile(definition),
      found.line,
      `action_mask would never be called; say actionMask: true in the description of ${id}`,
    );
  }
}

/** The module and the description must agree on whether there are metrics. */
function checkMetrics(definition: EnvironmentDefinition, found: Signature | undefined): void {
  const { id, metrics } = definition;
  if (found && !metrics && matches('metrics', found)) {
    throw errorInLine(
      environmentFile(definition),
      found.line,
      'metrics would never be called; ' +
        `name what it measures in the description of ${id}, e.g. metrics: ['score']`,
    );
  }
}
