// A small game as one would write it for people: it knows nothing of learning.

const WIDTH = 12;
const HEIGHT = 8;
const LIVES = 3;

/** Fruit falls, a basket catches it; three fruits on the ground end the game. */
export class FruitGame {
  /** @param {() => number} random numbers in [0, 1), as Math.random */
  constructor(random = Math.random) {
    this.random = random;
    this.basket = WIDTH / 2;
    this.lives = LIVES;
    this.caught = 0;
    this.drop();
  }

  static width = WIDTH;
  static height = HEIGHT;
  static lives = LIVES;

  get over() {
    return this.lives === 0;
  }

  /** Hangs up the next fruit; later ones fall faster. */
  drop() {
    this.fruit = { x: this.random() * WIDTH, y: HEIGHT };
    this.speed = 0.5 + Math.min(this.caught, 20) / 40;
  }

  /** One frame. @param {-1 | 0 | 1} direction of the basket */
  update(direction) {
    this.basket = Math.min(Math.max(this.basket + direction, 0), WIDTH);
    this.fruit.y -= this.speed;
    if (this.fruit.y > 0) return;
    if (Math.abs(this.fruit.x - this.basket) < 1) this.caught += 1;
    else this.lives -= 1;
    this.drop();
  }
}
