export async function registerWebgpu(): Promise<string> {
  throw new Error('later');
}
