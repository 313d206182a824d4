/** Paints a scene on a canvas, on the device that trains. */
import { PALETTES, type Rgb, type Theme } from '../../src/index';
import { COLOR_NAMES, INSTANCE_WORDS, type Scene } from './scene';
import shader from './worlds.wgsl';

const BYTES_PER_WORD = 4;
const CORNERS = 6;
/** The size of the canvas and eight colors, each in a vector of four. */
const PALETTE_WORDS = 4 + 4 * COLOR_NAMES.length;
const POINT = { format: 'float32x2' } as const;

const INSTANCES: GPUVertexBufferLayout = {
  arrayStride: INSTANCE_WORDS * BYTES_PER_WORD,
  stepMode: 'instance',
  attributes: [
    { shaderLocation: 0, offset: 0, ...POINT },
    { shaderLocation: 1, offset: 8, ...POINT },
    { shaderLocation: 2, offset: 16, ...POINT },
    { shaderLocation: 3, offset: 24, format: 'float32' },
    { shaderLocation: 4, offset: 28, format: 'uint32' },
  ],
};

const BLEND: GPUBlendState = {
  color: { srcFactor: 'one', dstFactor: 'one-minus-src-alpha' },
  alpha: { srcFactor: 'one', dstFactor: 'one-minus-src-alpha' },
};

export class Renderer {
  private readonly pipeline: GPURenderPipeline;
  private readonly palette: GPUBuffer;
  private readonly bindings: GPUBindGroup;
  private instances: GPUBuffer | undefined;
  /** Several samples per pixel, which make the edges of triangles smooth. */
  private smooth: GPUTexture | undefined;
  private background: Rgb = PALETTES.light.background;

  /** @param samples per pixel: 1 or 4 */
  constructor(
    private readonly device: GPUDevice,
    private readonly context: GPUCanvasContext,
    private readonly samples: 1 | 4,
  ) {
    const format = navigator.gpu.getPreferredCanvasFormat();
    context.configure({ device, format, alphaMode: 'opaque' });
    const module = device.createShaderModule({ label: 'worlds', code: shader });
    this.pipeline = device.createRenderPipeline({
      layout: 'auto',
      vertex: { module, entryPoint: 'place_shape', buffers: [INSTANCES] },
      fragment: { module, entryPoint: 'paint_shape', targets: [{ format, blend: BLEND }] },
      multisample: { count: samples },
    });
    this.palette = device.createBuffer({
      size: PALETTE_WORDS * BYTES_PER_WORD,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    const entries = [{ binding: 0, resource: { buffer: this.palette } }];
    this.bindings = device.createBindGroup({
      layout: this.pipeline.getBindGroupLayout(0),
      entries,
    });
  }

  /** Takes over the size of the canvas and the colors of a theme. */
  prepare(theme: Theme): void {
    const { background, colors } = PALETTES[theme];
    const { width, height } = this.context.canvas;
    const vectors = COLOR_NAMES.flatMap((name) => [...colors[name].map((part) => part / 255), 1]);
    const words = new Float32Array([width, height, 0, 0, ...vectors]);
    this.device.queue.writeBuffer(this.palette, 0, words);
    this.background = background;
    this.smooth?.destroy();
    this.smooth = undefined;
  }

  draw(scene: Scene): void {
    const { device } = this;
    const buffer = this.write(scene);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginRenderPass({ colorAttachments: [this.target()] });
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(0, this.bindings);
    pass.setVertexBuffer(0, buffer);
    pass.draw(CORNERS, scene.count);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  destroy(): void {
    this.smooth?.destroy();
    this.instances?.destroy();
    this.palette.destroy();
    this.context.unconfigure();
  }

  private write(scene: Scene): GPUBuffer {
    const { data } = scene;
    if (!this.instances || this.instances.size < data.byteLength) {
      this.instances?.destroy();
      this.instances = this.device.createBuffer({
        // Room for more shapes, so that it need not grow at every frame.
        size: Math.max(4096, 2 * data.byteLength),
        usage: GPUBufferUsage.VERTEX | GPUBufferUsage.COPY_DST,
      });
    }
    this.device.queue.writeBuffer(this.instances, 0, data);
    return this.instances;
  }

  private target(): GPURenderPassColorAttachment {
    const [r, g, b] = this.background.map((part) => part / 255) as [number, number, number];
    const shown = this.context.getCurrentTexture();
    const clear = { loadOp: 'clear', clearValue: { r, g, b, a: 1 } } as const;
    if (this.samples === 1) return { view: shown.createView(), storeOp: 'store', ...clear };
    this.smooth ??= this.device.createTexture({
      size: [shown.width, shown.height],
      format: shown.format,
      sampleCount: this.samples,
      usage: GPUTextureUsage.RENDER_ATTACHMENT,
    });
    const view = this.smooth.createView();
    return { view, resolveTarget: shown.createView(), storeOp: 'discard', ...clear };
  }
}
