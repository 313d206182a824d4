/** Programs with spilled values mean the same as before: each runs both ways on the device. */
import { describe, expect, test } from 'vitest';
import { write } from '../../src/gpu/kernel';
import { SCRATCH_BYTES } from '../../src/gpu/spill/scratch';
import { spillLargeValues } from '../../src/gpu/spill/spill';
import { openRuntime, readWords, runDispatches, words } from '../support/run-dispatches';

const SIZE = 8;
const LANES = 4;
const OPTIONS = { minWords: SIZE };

/** Declarations that the programs below share. */
const COMMON = `
alias Large = array<u32, ${SIZE}>;
struct Pair { a: Large, b: Large }
struct Mixed { count: u32, flags: array<bool, ${SIZE}>, inner: Pair, last: vec3<bool> }

fn filled(x: u32) -> Large {
  var all: Large;
  for (var i = 0u; i < ${SIZE}u; i++) { all[i] = x + i * i; }
  return all;
}
fn digest(all: Large) -> u32 {
  var hash = 17u;
  for (var i = 0u; i < ${SIZE}u; i++) { hash = hash * 31u + all[i]; }
  return hash;
}
fn next(i: ptr<function, u32>) -> u32 {
  *i += 1u;
  return *i;
}
fn bump(first: ptr<function, u32>) -> u32 {
  *first += 5u;
  return *first;
}
fn replace(all: ptr<function, Large>, x: u32) -> u32 {
  *all = filled(x);
  return (*all)[1];
}
`;

/** Bodies of \`fn compute(x: u32) -> u32\`, and what they call. */
const PROGRAMS: Readonly<Record<string, readonly [body: string, declarations?: string]>> = {
  'a copy is independent of its source': [
    'var a = filled(x); var b = a; a[3] = 9u; return digest(a) ^ (digest(b) << 1u);',
  ],
  'a variable is zero, also in each iteration of a loop': [
    `var sum = 0u; var z: Large;
     for (var t = 0u; t < 3u; t++) {
        var a = Large(); a[t] += x; sum += digest(a) + z[t]; z[t] = x;
      }
     return sum ^ digest(z);`,
  ],
  'a variable that is written at once is not cleared, one that is read first is': [
    `var a: Large; for (var i = 0u; i < ${SIZE}u; i++) { a[i] = x + i; }
     var b: Large; for (var i = 0u; i < ${SIZE}u; i++) { b[i] = b[${SIZE - 1}u - i] + x; }
     return digest(a) ^ digest(b);`,
  ],
  'an argument is the value from before the call': [
    'var a = filled(x); let h = change(&a, a); return h ^ digest(a);',
    `fn change(all: ptr<function, Large>, old: Large) -> u32 {
       for (var i = 0u; i < ${SIZE}u; i++) { (*all)[i] = old[${SIZE - 1}u - i]; }
       return digest(old);
     }`,
  ],
  'a result can be assigned to the variable that it is computed from': [
    'var a = filled(x); a = turned(a); a = turned(turned(a)); return digest(a);',
    `fn turned(all: Large) -> Large {
       var result: Large;
       for (var i = 0u; i < ${SIZE}u; i++) { result[i] = all[(i + 1u) % ${SIZE}u]; }
       return result;
     }`,
  ],
  'a function returns from several places': [
    'return digest(choose(x)) ^ digest(choose(x + 1u));',
    `fn choose(x: u32) -> Large {
       if (x % 2u == 0u) { return filled(x); }
       var other = filled(2u * x);
       other[0] = 7u;
       return other;
     }`,
  ],
  'operands are evaluated from left to right': [
    'var a = filled(x); return a[0] + replace(&a, 3u * x) * 7u + a[0];',
  ],
  'arguments are evaluated from left to right': [
    'var a = filled(x); var i = 0u; return three(a[next(&i)], replace(&a, x), a[next(&i)]);',
    'fn three(a: u32, b: u32, c: u32) -> u32 { return a + 100u * b + 10000u * c; }',
  ],
  'the right side of && and || runs only if the left one does not decide': [
    `var a = filled(x);
     if (x % 2u == 0u && replace(&a, x) > 0u) { a[2] += 1u; }
     if (x % 3u == 0u || replace(&a, 5u) > 1000u) { a[4] += 1u; }
     return digest(a);`,
  ],
  'a pointer to an element': [
    'var a = filled(x); let h = bump(&a[x % 8u]); let p = &a[2]; *p += h; return digest(a);',
  ],
  'the index of an assignment is evaluated once, before its value': [
    `var a = filled(x); var i = 1u;
     a[next(&i)] += digest(filled(next(&i)));
     a[i] = replace(&a, x) + i;
     a[i]++;
     return digest(a) + i;`,
  ],
  'loops whose conditions and steps have large values': [
    `var n = 0u; var a = filled(x);
     while (digest(filled(n)) % 5u != 0u && n < 40u) {
        n++; if (n == 3u) { continue; } a[n % 8u] += n;
      }
     for (var i = 0u; digest(filled(i)) % 7u != 0u && i < 9u; i += min(filled(i)[0], 1u) + 1u) {
       if (i == 4u) { continue; }
       a[i % 8u] ^= i;
     }
     loop { n++; if (n > 60u) { break; } continuing { a[1] += n; break if digest(a) % 4u == 0u; } }
     return digest(a) + n;`,
  ],
  'a switch': [
    `var a = filled(x);
     switch (a[1] % 4u) {
       case 0u: { a = filled(1u); }
       case 1u, 2u: { a[0] = 50u; }
       default: { return digest(filled(a[2])); }
     }
     return digest(a);`,
  ],
  'a struct of large and small members': [
    `var m: Mixed; m.count = x; m.inner.a = filled(x); m.flags[x % 8u] = true;
        m.last.y = m.flags[2];
     let copy = m; m.inner.b[1] = 4u; m.flags[2] = !m.flags[2]; m.count++;
     return judge(m) ^ (judge(copy) << 1u);`,
    `fn judge(m: Mixed) -> u32 {
       var flags = 0u;
       for (var i = 0u; i < ${SIZE}u; i++) { flags |= select(0u, 1u << i, m.flags[i]); }
       let last = select(vec3u(), vec3u(1u, 2u, 4u), m.last);
        return m.count + digest(m.inner.a) * 3u + digest(m.inner.b) + flags
          + last.x + last.y + last.z;
     }`,
  ],
  'a constructor reads all of its arguments before it writes': [
    `var p = Pair(filled(x), filled(2u * x)); p = Pair(p.b, p.a);
     let a = Large(x, 1u, p.a[0], 3u, 4u, 5u, 6u, digest(p.b));
     return digest(p.a) ^ (digest(a) + digest(Pair().a) + digest(Large()));`,
  ],
  'vectors, matrices and arrays in arrays': [
    `var v: array<vec3f, 4>; var m: array<mat2x2f, 2>; var n: array<array<u32, 4>, 4>;
     for (var i = 0u; i < 4u; i++) {
       v[i] = vec3f(f32(x), f32(i), 1.0); v[i].y += 2.0;
       m[i % 2u][1] += vec2f(f32(i), f32(x));
       n[i][3u - i] = x + i;
     }
     var other = n; let row = other[1]; other[2] = row; n[0][0] += row[2];
     let total = dot(v[3], v[1]) + (m[1] * vec2f(1.0, 2.0)).y;
     return u32(total) + n[0][0] + other[2][2] * 100u;`,
  ],
  'variables of the module': [
    'module_values = filled(x); module_values[2] = 1u; return digest(module_values);',
    'var<private> module_values: Large;',
  ],
  'a pointer that is passed on': [
    'var p = Pair(filled(x), filled(1u)); let h = outer(&p); return h ^ digest(p.a) ^ digest(p.b);',
    `fn inner(all: ptr<function, Large>, i: u32) { (*all)[i] += 3u; }
     fn outer(p: ptr<function, Pair>) -> u32 {
       inner(&(*p).a, 2u); inner(&(*p).b, 1u); (*p).a = (*p).b;
       return digest((*p).a);
     }`,
  ],
  'workgroup memory after a barrier': [
    `shared_values[x % ${LANES}u] = filled(x)[3]; workgroupBarrier();
     let sum = shared_values[0] + shared_values[1] + shared_values[2] + shared_values[3];
     workgroupBarrier(); return sum;`,
    `var<workgroup> shared_values: array<u32, ${LANES}>;`,
  ],
};

function programText([body, declarations = '']: readonly [string, string?]): string {
  return `struct TestShape { begin: u32 }
@group(0) @binding(0) var<uniform> shape: TestShape;
@group(0) @binding(1) var<storage, read_write> output: array<u32>;
${COMMON}
${declarations}
fn compute(x: u32) -> u32 { ${body} }
@compute @workgroup_size(${LANES})
fn test_program(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) all: vec3u) {
  output[id.x + all.x * ${LANES}u * id.y] = compute(shape.begin + id.x + 3u * id.y);
}
`;
}

const texts = Object.fromEntries(
  Object.entries(PROGRAMS).map(([name, program], index): [string, [string, string]] => [
    name,
    [`test/spill-${index}`, programText(program)],
  ]),
);
const LARGE = 4096;
const MANY = programText([
  `var a: array<u32, ${LARGE}>; for (var i = 0u; i < ${LARGE}u; i++) { a[i] = x ^ i; }
   return a[x % ${LARGE}u] + a[(7u * x) % ${LARGE}u];`,
]);
const runtime = await openRuntime({
  ...Object.fromEntries(Object.values(texts)),
  'test/spill-many': MANY,
});

async function run(shader: string, [x, y]: readonly [number, number], spilled: boolean) {
  const output = words(runtime, [x * LANES * y]);
  const spill = spilled ? OPTIONS : undefined;
  const dispatch = runtime.kernels.kernel({ shader, spill }).dispatch({
    shape: { begin: 1 },
    tensors: { output: write(output) },
    workgroups: [x, y, 1],
  });
  await runDispatches(runtime, [dispatch]);
  return readWords(runtime, output);
}

describe('spillLargeValues', () => {
  test.each(Object.entries(texts))('%s', async (_, [shader, text]) => {
    expect(spillLargeValues(text, OPTIONS)).toContain('spilled_values');
    expect(await run(shader, [3, 2], true)).toEqual(await run(shader, [3, 2], false));
  });

  // Not compared with the plain program: Dawn does not clear it (see loop-variables).
  test('a variable without a value is cleared in each iteration of a loop', () => {
    const text = programText([
      'for (var t = 0u; t < 3u; t++) { var a: Large; a[t] += x; return digest(a); } return 0u;',
    ]);
    expect(spillLargeValues(text, OPTIONS)).toMatch(
      /for \(var t .*\{\s*for \(.*\{\s*spilled.* = u32\(\);/,
    );
  });

  test('more workgroups than fit into the memory run one after the other', async () => {
    const room = SCRATCH_BYTES / (4 * LARGE * LANES);
    const expected = Array.from({ length: 2 * room * LANES }, (_, i) => {
      const x = 1 + i;
      return ((x ^ (x % LARGE)) + (x ^ ((7 * x) % LARGE))) >>> 0;
    });
    expect(await run('test/spill-many', [2 * room, 1], true)).toEqual(expected);
  });

  test('numbers may fill the memory of one workgroup', () => {
    const most = SCRATCH_BYTES / (4 * LANES);
    const sized = (size: number) => MANY.replaceAll(`${LARGE}`, `${size}`);
    expect(spillLargeValues(sized(most), OPTIONS)).toContain('spilled_values');
    expect(spillLargeValues(sized(most + 1), OPTIONS)).toBeUndefined();
  });

  test.each([
    ['nothing in it is large', programText(['return x;']).replaceAll(`${SIZE}>`, '4>')],
    ['a text is not WGSL', 'fn compute( {'],
    ['a name is taken', programText(['var spilled_a = filled(x); return digest(spilled_a);'])],
    ['the memory is too small for one workgroup', MANY.replaceAll(`${LARGE}`, `${SCRATCH_BYTES}`)],
  ])('leaves a program as it is if %s', (_, text) => {
    expect(spillLargeValues(text, OPTIONS)).toBeUndefined();
  });
});
