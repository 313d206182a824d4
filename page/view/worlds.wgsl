// Paints the shapes of all worlds in one pass, in their order.
// One instance: a triangle, or a straight line with round ends (a disc where both are the same).
// Reads the instances as vertex buffers and the palette as a uniform; writes the canvas.
// Caveat: the edges of triangles are smooth only with several samples per pixel; those of lines
// always are.

struct Palette {
  // Of the canvas, in pixels.
  size: vec2f,
  colors: array<vec4f, 8>,
}

struct Shape {
  // Corners of a triangle, or the ends of a line in a and b, in pixels from the upper left corner.
  @location(0) a: vec2f,
  @location(1) b: vec2f,
  @location(2) c: vec2f,
  // Half the width of a line in pixels; below 0 for a triangle.
  @location(3) radius: f32,
  @location(4) color: u32,
}

struct Corner {
  @builtin(position) position: vec4f,
  @location(0) place: vec2f,
  @location(1) @interpolate(flat) ends: vec4f,
  @location(2) @interpolate(flat) radius: f32,
  @location(3) @interpolate(flat) color: u32,
}

@group(0) @binding(0) var<uniform> palette: Palette;

// The corner of a triangle; the three beyond the third are one point, which covers nothing.
fn triangle_corner(shape: Shape, index: u32) -> vec2f {
  if (index == 0u) {
    return shape.a;
  }
  return select(shape.c, shape.b, index == 1u);
}

// The corner of the rectangle around a line, two triangles of three corners each.
fn line_corner(shape: Shape, index: u32) -> vec2f {
  // One pixel more, in which the edge fades.
  let reach = shape.radius + 1.0;
  let span = shape.b - shape.a;
  let distance = length(span);
  let along = select(vec2f(1.0, 0.0), span / max(distance, 1e-6), distance > 1e-6);
  let across = vec2f(-along.y, along.x);
  let is_end = index == 1u || index == 2u || index == 4u;
  let is_left = index == 2u || index == 4u || index == 5u;
  let end = select(shape.a - reach * along, shape.b + reach * along, is_end);
  return end + select(-reach, reach, is_left) * across;
}

@vertex
fn place_shape(shape: Shape, @builtin(vertex_index) index: u32) -> Corner {
  var place = line_corner(shape, index);
  if (shape.radius < 0.0) {
    place = triangle_corner(shape, index);
  }
  let clip = vec2f(2.0, -2.0) * place / palette.size + vec2f(-1.0, 1.0);
  return Corner(vec4f(clip, 0.0, 1.0), place, vec4f(shape.a, shape.b), shape.radius, shape.color);
}

// How much of the pixel a line covers, by the distance of its middle from the line.
fn line_coverage(place: vec2f, a: vec2f, b: vec2f, radius: f32) -> f32 {
  let span = b - a;
  let part = clamp(dot(place - a, span) / max(dot(span, span), 1e-12), 0.0, 1.0);
  return clamp(radius + 0.5 - distance(place, a + part * span), 0.0, 1.0);
}

@fragment
fn paint_shape(corner: Corner) -> @location(0) vec4f {
  let line = line_coverage(corner.place, corner.ends.xy, corner.ends.zw, corner.radius);
  let coverage = select(line, 1.0, corner.radius < 0.0);
  return vec4f(palette.colors[corner.color].rgb * coverage, coverage);
}
