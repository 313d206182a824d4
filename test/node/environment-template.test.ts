/** The files that an environment begins with are written whole, or not at all. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeTemplate } from '../../src/node/environment-template';

test('half a template is not left behind', async () => {
  // A folder may have such a name, and the files in it must not: 255 bytes are the most.
  const name = 'a'.repeat(250);
  await expect(writeTemplate(name)).rejects.toThrow(/^a+: cannot be written: /);
  expect(existsSync(name)).toBe(false);
});
