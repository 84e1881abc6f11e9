// Reads an Arrow file or stream with Arrow's JavaScript library, and prints its fields and rows as JSON: node read.mjs FILE
import fs from 'node:fs';
import { tableFromIPC } from 'apache-arrow';

const table = tableFromIPC(fs.readFileSync(process.argv[2]));

// What JSON has no form for, as text that says it exactly.
function plain(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Uint32Array) return decimal(value);
  if (typeof value.toJSON === 'function' && !(value instanceof Date)) value = value.toJSON();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
  return value;
}

// The unscaled integer of a decimal128: four words, the lowest first.
function decimal(words) {
  const bits = [...words].reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  return String(BigInt.asIntN(128, bits));
}

const fields = table.schema.fields.map((field) => `${field.name}: ${field.type}`);
// Times are read from their vectors: the library's own getters make milliseconds of them.
const raw = table.schema.fields.map((field, index) => table.batches.flatMap((batch) => {
  const data = batch.data.children[index];
  const isTime = /^(Timestamp|Time|Date)/.test(String(field.type));
  return Array.from({ length: batch.numRows }, (_, row) => {
    const value = batch.getChildAt(index).get(row);
    return value !== null && isTime ? String(data.values[row]) : plain(value);
  });
}));
console.log(JSON.stringify({ fields, columns: raw, batches: table.batches.length, rows: table.numRows }));
