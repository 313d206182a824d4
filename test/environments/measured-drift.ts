/** The drifting particle with metrics of its own. */
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { DRIFT, drift } from './drift';

/** Counts its own steps, and measures them and where it ends. */
export const MEASURED_DRIFT = `import package::environments::interface::Metrics;
${DRIFT.replace('place: f32,', 'place: f32, steps: u32,')
  .replace('State(random(rng))', 'State(random(rng), 0u)')
  .replace('return Step(', '(*state).steps += 1u;\n  return Step(')}
fn metrics(state: State) -> Metrics {
  return Metrics(f32(state.steps), state.place, constants::A);
}
`;

export const measuredDrift = (
  changes: Partial<EnvironmentDefinition> = {},
): EnvironmentDefinition =>
  drift(MEASURED_DRIFT, {
    metrics: ['steps', 'place', 'a'],
    params: { A: 0.75 },
    ...changes,
  });
