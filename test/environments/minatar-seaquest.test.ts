/** The rules of MinAtar-Seaquest-v1, one by one. */
import { describe, expect, test } from 'vitest';
import {
  type Bullet,
  type EnemySub,
  minatarSeaquest,
  type SeaquestState,
  type Swimmer,
  seaquestWith,
} from '../reference/minatar-seaquest';
import { RecordedRng } from '../reference/minatar-vectors';
import { type Rule, testRules } from './minatar-rules';

const [LEFT, UP, RIGHT, DOWN, FIRE] = [1, 2, 3, 4, 5];

/** Something on its way to the right or to the left. */
const east = (x: number, y: number): Bullet => ({ x, y, toTheRight: true });
const west = (x: number, y: number): Bullet => ({ x, y, toTheRight: false });
/** One that moves after `timer` steps. */
const swimmer = (bullet: Bullet, timer = 3): Swimmer => ({ ...bullet, timer });
const enemySub = (bullet: Bullet, timer = 3, shotTimer = 7): EnemySub => ({
  ...{ ...bullet, timer, shotTimer },
});

/** A place of the front. */
const at = (subX: number, subY: number) => ({ subX, subY });
/** Under water, where nothing happens soon. */
const diving = (subX: number, subY: number) => ({ ...at(subX, subY), surface: false });
/** After so many ramps. */
const ramped = (rampIndex: number) => ({
  ...{ rampIndex, eSpawnSpeed: Math.max(20 - rampIndex, 1) },
  moveSpeed: Math.max(5 - Math.floor(rampIndex / 2), 2),
});
/** About to come up. */
const rising = (diverCount: number, oxygen: number) => ({ ...diving(5, 1), diverCount, oxygen });

const STEERING: readonly Rule<SeaquestState>[] = [
  {
    rule: 'it moves to the left and points there',
    before: { ...diving(5, 4), subOr: true },
    action: LEFT,
    after: { ...at(4, 4), subOr: false },
  },
  {
    rule: 'it moves to the right and points there',
    before: diving(5, 4),
    action: RIGHT,
    after: { ...at(6, 4), subOr: true },
  },
  { rule: 'it moves up', before: diving(5, 4), action: UP, after: { ...at(5, 3), subOr: false } },
  { rule: 'it moves down', before: diving(5, 4), action: DOWN, after: at(5, 5) },
  { rule: 'the left wall stops it', before: diving(0, 4), action: LEFT, after: at(0, 4) },
  {
    rule: 'the right wall stops it',
    before: { ...diving(9, 4), subOr: true },
    action: RIGHT,
    after: at(9, 4),
  },
  { rule: 'row 8 is the lowest', before: diving(5, 8), action: DOWN, after: at(5, 8) },
  { rule: 'row 0 is the surface', action: UP, after: at(5, 0) },
];

const SPAWNING: readonly Rule<SeaquestState>[] = [
  {
    rule: 'a fish comes from the left',
    before: { ...diving(5, 4), ...ramped(2), eSpawnTimer: 0 },
    // Row 1 + 7
    draws: [0.49, 0.34, 0.9],
    after: { eFish: [swimmer(east(0, 8), 3)], eSubs: [], eSpawnTimer: 17 },
  },
  {
    rule: 'a submarine comes from the right',
    before: { ...diving(5, 4), eSpawnTimer: 0 },
    draws: [0.51, 0.33, 0],
    after: { eSubs: [enemySub(west(9, 1), 4, 9)], eFish: [], eSpawnTimer: 19 },
  },
  {
    rule: 'none comes into a row where another one goes the other way',
    before: { ...diving(5, 4), eSpawnTimer: 0, eFish: [swimmer(east(4, 1))] },
    draws: [0.51, 0.33, 0],
    after: { eSubs: [], eSpawnTimer: 19 },
  },
  {
    rule: 'but into one where it goes the same way',
    before: { ...diving(5, 4), eSpawnTimer: 0, eSubs: [enemySub(west(4, 1))] },
    draws: [0.51, 0.34, 0],
    after: { eFish: [swimmer(west(9, 1), 4)] },
  },
  {
    rule: 'a diver comes every thirty steps',
    before: { ...diving(5, 4), dSpawnTimer: 0 },
    draws: [0.51, 0.5],
    after: { divers: [swimmer(west(9, 5), 4)], dSpawnTimer: 29 },
  },
  {
    rule: 'enemies come before divers',
    before: { ...diving(5, 4), eSpawnTimer: 0, dSpawnTimer: 0 },
    draws: [0.49, 0.34, 0.3, 0.51, 0.6],
    after: { eFish: [swimmer(east(0, 3), 4)], divers: [swimmer(west(9, 5), 4)] },
  },
  {
    rule: 'nobody comes before the time',
    before: { ...diving(5, 4), eSpawnTimer: 1, dSpawnTimer: 1 },
    after: { eFish: [], eSubs: [], divers: [], eSpawnTimer: 0, dSpawnTimer: 0 },
  },
];

const SHOOTING: readonly Rule<SeaquestState>[] = [
  {
    rule: 'it fires to where it points, and not again for five steps',
    before: { ...diving(5, 4), subOr: true },
    action: FIRE,
    after: { fBullets: [east(6, 4)], shotTimer: 4 },
  },
  {
    rule: 'it does not fire before',
    before: { ...diving(5, 4), shotTimer: 1 },
    action: FIRE,
    after: { fBullets: [], shotTimer: 0 },
  },
  {
    rule: 'bullets fly on and leave at the edges',
    before: { ...diving(5, 4), fBullets: [east(9, 1), west(0, 2), east(3, 3), west(3, 5)] },
    after: { fBullets: [east(4, 3), west(2, 5)] },
  },
  {
    rule: 'a bullet removes a fish for a point, and itself',
    before: { ...diving(5, 4), fBullets: [east(2, 4)], eFish: [swimmer(west(3, 4))] },
    after: { fBullets: [], eFish: [] },
    reward: 1,
  },
  {
    rule: 'a bullet removes a submarine, too',
    before: { ...diving(5, 4), fBullets: [west(4, 4)], eSubs: [enemySub(east(3, 4))] },
    after: { fBullets: [], eSubs: [] },
    reward: 1,
  },
  {
    rule: 'of two in a cell it removes the older fish, before any submarine',
    before: {
      ...{ ...diving(5, 4), fBullets: [east(2, 4)], eSubs: [enemySub(west(3, 4))] },
      eFish: [swimmer(west(3, 4), 2), swimmer(west(3, 4), 3)],
    },
    after: { fBullets: [], eFish: [swimmer(west(3, 4), 2)], eSubs: [enemySub(west(3, 4), 2, 6)] },
    reward: 1,
  },
  {
    rule: 'enemies swim into bullets',
    before: { ...diving(5, 4), fBullets: [east(2, 2)], eFish: [swimmer(west(4, 2), 0)] },
    after: { fBullets: [], eFish: [] },
    reward: 1,
  },
  {
    rule: 'a fish that waits beside a bullet is not hit',
    before: { ...diving(5, 4), fBullets: [east(3, 2)], eFish: [swimmer(west(5, 2), 1)] },
    after: { fBullets: [east(4, 2)], eFish: [swimmer(west(5, 2), 0)] },
  },
  {
    rule: 'a hit submarine still shoots',
    before: { ...diving(5, 4), fBullets: [east(2, 2)], eSubs: [enemySub(west(4, 2), 0, 0)] },
    after: { fBullets: [], eSubs: [], eBullets: [west(2, 2)] },
    reward: 1,
  },
];

const ENEMIES: readonly Rule<SeaquestState>[] = [
  {
    rule: 'fish wait, then move and wait for as many steps as the speed says',
    before: {
      ...diving(5, 4),
      ...ramped(4),
      eFish: [swimmer(east(2, 1), 0), swimmer(west(2, 3), 1)],
    },
    after: { eFish: [swimmer(east(3, 1), 3), swimmer(west(2, 3), 0)] },
  },
  {
    rule: 'fish leave at the edges',
    before: { ...diving(5, 4), eFish: [swimmer(east(9, 1), 0), swimmer(west(0, 3), 0)] },
    after: { eFish: [] },
  },
  {
    rule: 'submarines wait, move and leave likewise',
    before: {
      ...diving(5, 4),
      eSubs: [enemySub(east(9, 1), 0), enemySub(west(4, 3), 0), enemySub(west(4, 5), 2)],
    },
    after: { eSubs: [enemySub(west(3, 3), 5, 6), enemySub(west(4, 5), 1, 6)] },
  },
  {
    rule: 'a submarine shoots every eleven steps, from where it is then',
    before: { ...diving(5, 4), eSubs: [enemySub(east(2, 2), 0, 0)] },
    after: { eSubs: [enemySub(east(3, 2), 5, 10)], eBullets: [east(4, 2)] },
  },
  {
    rule: 'bullets of enemies fly on and leave at the edges',
    before: { ...diving(5, 4), eBullets: [east(9, 1), west(0, 2), east(3, 3), west(3, 5)] },
    after: { eBullets: [east(4, 3), west(2, 5)] },
  },
  {
    rule: 'a fish at the front ends the game',
    before: { ...diving(5, 4), eFish: [swimmer(east(4, 4), 3)] },
    action: LEFT,
    terminated: true,
  },
  {
    rule: 'a fish that comes to the front ends the game',
    before: { ...diving(5, 4), eFish: [swimmer(east(4, 4), 0)] },
    after: { eFish: [swimmer(east(5, 4), 5)] },
    terminated: true,
  },
  {
    rule: 'a fish at the back does nothing',
    before: { ...diving(5, 4), eFish: [swimmer(east(6, 4), 3)] },
  },
  {
    rule: 'a submarine that comes to the front ends the game',
    before: { ...diving(5, 4), eSubs: [enemySub(west(6, 4), 0)] },
    terminated: true,
  },
  {
    rule: 'a submarine at the front ends the game',
    before: { ...diving(5, 4), eSubs: [enemySub(west(5, 4), 2)] },
    terminated: true,
  },
  {
    rule: 'a bullet that comes to the front ends the game',
    before: { ...diving(5, 4), eBullets: [east(4, 4)] },
    terminated: true,
  },
  {
    rule: 'so does one that the front has moved to',
    before: { ...diving(5, 4), eBullets: [east(4, 4)] },
    action: LEFT,
    terminated: true,
  },
];

const DIVERS: readonly Rule<SeaquestState>[] = [
  {
    rule: 'divers wait, move every six steps and leave at the edges',
    before: { ...diving(5, 4), divers: [swimmer(west(0, 1), 0), swimmer(east(3, 2), 0)] },
    after: { divers: [swimmer(east(4, 2), 5)], diverCount: 0 },
  },
  {
    rule: 'one at the front is picked up',
    before: { ...diving(5, 4), divers: [swimmer(west(4, 4), 3)] },
    action: LEFT,
    after: { divers: [], diverCount: 1 },
  },
  {
    rule: 'one that comes to the front is picked up',
    before: { ...diving(5, 4), divers: [swimmer(east(4, 4), 0)], diverCount: 5 },
    after: { divers: [], diverCount: 6 },
  },
  {
    rule: 'there is room for six',
    before: { ...diving(5, 4), divers: [swimmer(east(5, 4), 2)], diverCount: 6 },
    after: { divers: [swimmer(east(5, 4), 1)], diverCount: 6 },
  },
  {
    rule: 'for the last place the newest one is first',
    before: {
      ...{ ...diving(5, 4), diverCount: 5 },
      divers: [swimmer(east(5, 4), 2), swimmer(west(5, 4), 4)],
    },
    after: { divers: [swimmer(east(5, 4), 1)], diverCount: 6 },
  },
];

const BREATHING: readonly Rule<SeaquestState>[] = [
  {
    rule: 'oxygen is used up under water',
    before: { ...diving(5, 4), oxygen: 70 },
    after: { oxygen: 69 },
  },
  { rule: 'none is used up at the surface', after: { oxygen: 200, surface: true, diverCount: 0 } },
  {
    rule: 'whoever dives has left the surface',
    action: DOWN,
    after: { surface: false, oxygen: 199 },
  },
  {
    rule: 'without oxygen the game ends',
    before: { ...diving(5, 4), oxygen: 0 },
    terminated: true,
  },
  {
    rule: 'with the last of it, it does not',
    before: { ...diving(5, 4), oxygen: 1 },
    after: { oxygen: 0 },
  },
  {
    rule: 'whoever comes up without divers loses',
    before: rising(0, 70),
    action: UP,
    after: { oxygen: 70 },
    terminated: true,
  },
  {
    rule: 'with some of them one is put ashore, and more enemies come',
    before: rising(3, 70),
    action: UP,
    after: {
      ...{ diverCount: 2, oxygen: 200, surface: true },
      ...{ rampIndex: 1, eSpawnSpeed: 19, moveSpeed: 5 },
    },
  },
  {
    rule: 'every second time they are faster, too',
    before: { ...rising(3, 70), ...ramped(1) },
    action: UP,
    after: { rampIndex: 2, eSpawnSpeed: 18, moveSpeed: 4 },
  },
  {
    rule: 'they do not become faster than 2',
    before: { ...rising(3, 70), ...ramped(7) },
    action: UP,
    after: { rampIndex: 8, eSpawnSpeed: 12, moveSpeed: 2 },
  },
  {
    rule: 'the ramp ends',
    before: { ...rising(3, 70), ...ramped(19) },
    action: UP,
    after: { rampIndex: 19, eSpawnSpeed: 1, moveSpeed: 2, diverCount: 2 },
  },
  {
    rule: 'six divers are a point for every tenth of the oxygen, and one too many is taken off',
    before: rising(6, 139),
    action: UP,
    after: { diverCount: -1, oxygen: 200 },
    reward: 6,
  },
  {
    rule: 'with a debt of divers one can come up',
    before: rising(-1, 70),
    action: UP,
    after: { diverCount: -2, oxygen: 200 },
  },
  {
    rule: 'staying at the surface costs nothing more',
    before: { diverCount: 3, ...ramped(1) },
    action: RIGHT,
    after: { diverCount: 3, rampIndex: 1 },
  },
];

describe('resets', () => {
  test('the submarine is alone at the surface and points to the left', () => {
    expect(minatarSeaquest.reset(new RecordedRng([]))).toEqual({
      ...{ oxygen: 200, diverCount: 0, subX: 5, subY: 0, subOr: false, surface: true },
      ...{ fBullets: [], eBullets: [], eFish: [], eSubs: [], divers: [] },
      ...{ eSpawnSpeed: 20, eSpawnTimer: 20, dSpawnTimer: 30, moveSpeed: 5 },
      ...{ rampIndex: 0, shotTimer: 0, lastAction: 0 },
    });
  });
});

testRules<SeaquestState>({
  id: 'MinAtar-Seaquest-v1',
  twinWith: seaquestWith,
  start: [],
  rules: [...STEERING, ...SPAWNING, ...SHOOTING, ...ENEMIES, ...DIVERS, ...BREATHING],
});

describe('without ramping', () => {
  testRules<SeaquestState>({
    id: 'MinAtar-Seaquest-v1',
    twinWith: seaquestWith,
    start: [],
    params: { ramping: false },
    rules: [
      {
        rule: 'enemies stay as they are',
        before: rising(3, 70),
        action: UP,
        after: { diverCount: 2, rampIndex: 0, eSpawnSpeed: 20 },
      },
    ],
  });
});
