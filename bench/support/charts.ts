/** Which charts there are, made from sections of the JSON file alone. */
import { barChart, lineChart } from './chart';
import type { Measurement, Section } from './results';
import { formatSpread } from './table';

/** A file of SVG; the name has no folder. */
export interface ChartFile {
  readonly name: string;
  readonly svg: string;
}

interface ChartKind {
  /** Name of the file. */
  readonly name: string;
  /** Prefix of a section's title. */
  readonly section: string;
  readonly draw: (section: Section) => string | undefined;
}

/**
 * Commits in the order of time: older ones of what was measured in parts, then the section's own.
 */
function captionOf({ date, commit, adapter, measurements }: Section): string {
  const older = measurements.flatMap((one) => one.commit ?? []);
  const commits = [...new Set([...older, commit])];
  return `${date} · commit${commits.length > 1 ? 's' : ''} ${commits.join(', ')} · ${adapter}`;
}

interface BarWish {
  readonly title: string;
  readonly quantities: readonly string[];
  readonly label: (one: Measurement) => string;
  /** Further condition. */
  readonly where?: (one: Measurement) => boolean;
  /** Value of a dashed line. */
  readonly mark?: number;
}

/** A bar per measurement of these quantities; nothing if there is none. */
function bars(section: Section, wish: BarWish): string | undefined {
  const { title, quantities, label, where, mark } = wish;
  const chosen = section.measurements.filter(
    (one) => quantities.includes(one.quantity) && (where?.(one) ?? true),
  );
  if (chosen.length === 0) return undefined;
  return barChart({
    title,
    caption: captionOf(section),
    unit: chosen[0]!.unit,
    ...(mark === undefined ? {} : { mark }),
    bars: chosen.map((one) => ({
      label: label(one),
      median: one.median,
      low: one.low,
      high: one.high,
      figure: formatSpread(one),
      ours: one.subject === 'lockstep',
    })),
  });
}

/**
 * Whether it is one agent with the usual width and storage, so that only the environments differ.
 */
const isGrowth = ({ workload, at }: Measurement): boolean =>
  at.agents === 1 && at.width === 64 && at.storageBits !== 16 && !workload.includes(' beside ');

function growth(section: Section): string | undefined {
  const series = ['training', 'rollout only', 'update only'].flatMap((name) => {
    const points = section.measurements
      .filter((one) => one.quantity === name && isGrowth(one))
      .map(({ at, median }) => ({ x: at.envs!, y: median }));
    return points.length > 0 ? [{ name, points }] : [];
  });
  if (series.length === 0) return undefined;
  return lineChart({
    title: 'Steps per second by number of environments (medians)',
    caption: captionOf(section),
    unit: 'steps/s',
    xName: 'environments',
    series,
  });
}

const bySubject = ({ subject }: Measurement): string => subject;
const byWorkload = ({ workload }: Measurement): string => workload;

const KINDS: readonly ChartKind[] = [
  { name: 'training', section: 'Training:', draw: growth },
  {
    name: 'populations-and-widths',
    section: 'Training:',
    draw: (section) =>
      bars(section, {
        title: 'Training: populations, wider networks and half precision',
        quantities: ['training'],
        label: byWorkload,
        where: (one) => !isGrowth(one),
      }),
  },
  {
    name: 'compare',
    section: 'Compare:',
    draw: (section) =>
      bars(section, {
        title: 'Training beside others: CartPole-v1, 1,024 environments × 32 steps',
        quantities: ['training'],
        label: bySubject,
      }),
  },
  {
    name: 'compare-ratios',
    section: 'Compare:',
    draw: (section) =>
      bars(section, {
        title: 'How many times as fast Lockstep trains, in turns',
        quantities: ['lockstep / subject'],
        label: bySubject,
        mark: 1,
      }),
  },
  ...['CartPole-v1', 'Pendulum-v1'].map((environment) => ({
    name: `solve-${environment.toLowerCase()}`,
    section: `Solve: ${environment}`,
    draw: (section: Section) =>
      bars(section, { title: section.title, quantities: ['time to solve'], label: bySubject }),
  })),
  {
    name: 'roofline',
    section: 'Roofline:',
    draw: (section) =>
      bars(section, {
        title: 'Share of the ceiling that binds each stage',
        quantities: ['share of ceiling'],
        label: ({ subject, at }) => `${at.envs}, ${at.width} wide: ${subject}`,
      }),
  },
  {
    name: 'startup',
    section: 'Startup:',
    draw: (section) =>
      bars(section, {
        title: section.title,
        quantities: ['cold cache', 'warm cache'],
        label: ({ quantity }) => quantity,
      }),
  },
];

/** "lavapipe (llvmpipe: …)" as "lavapipe". */
function slugOf({ adapter }: Section): string {
  const [name] = adapter.split(' (');
  return name!
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

export function chartsOf(sections: readonly Section[]): readonly ChartFile[] {
  return sections.flatMap((section) =>
    KINDS.filter((kind) => section.title.startsWith(kind.section)).flatMap(({ name, draw }) => {
      const svg = draw(section);
      return svg === undefined ? [] : [{ name: `${name}-${slugOf(section)}.svg`, svg }];
    }),
  );
}
