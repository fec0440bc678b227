// node onnx_forward.js MODEL SIDE FILE...: runs float32 pixels [N,3,SIDE,SIDE] of each FILE through the model, and prints
// {"logits": [...], "probabilities": [...], "dims": [...]}, a line a file.
const fs = require("fs");
const ort = require("onnxruntime-node");

async function main(model, side, ...files) {
  const session = await ort.InferenceSession.create(model, {intraOpNumThreads: 1});
  if (String(session.inputNames) !== "pixels") throw new Error(`expected the input pixels, got ${session.inputNames}`);
  for (const file of files) {
    const bytes = fs.readFileSync(file);
    const pixels = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const dims = [pixels.length / (3 * side * side), 3, Number(side), Number(side)];
    const {logits, probabilities} = await session.run({pixels: new ort.Tensor("float32", pixels, dims)});
    console.log(JSON.stringify({logits: [...logits.data], probabilities: [...probabilities.data], dims: logits.dims}));
  }
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
