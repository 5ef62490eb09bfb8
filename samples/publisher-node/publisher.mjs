// Publishes one event through Redis, with ioredis and without RawSse: node publisher.mjs [--redis URL] [--plain] CHANNEL TYPE DATA
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Redis } from "ioredis";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    redis: { type: "string", default: process.env.REDIS_URL ?? "redis://127.0.0.1:6379" },
    plain: { type: "boolean", default: false },
  },
});
if (positionals.length !== 3) {
  console.error("usage: publisher.mjs [--redis URL] [--plain] CHANNEL TYPE DATA (TYPE '' for none)");
  process.exit(2);
}
const [channel, type, data] = positionals;

// What the nodes keep by default (--max-length, --ttl).
const maxLength = 10_000;
const ttlMs = 24 * 3600 * 1000;
// An idempotency key is no part of this sample: it would be a third key of the script, and live so long.
const keyMs = 5 * 60 * 1000;

const redis = new Redis(values.redis, { maxRetriesPerRequest: 3 });
// Reported where a command fails.
redis.on("error", () => {});

// Pub/Sub knows no databases, so any but 0 stands in the name.
const db = redis.options.db || 0;
const stream = `sse:${channel}`;
const pubSubChannel = db === 0 ? `sse:channel:${channel}` : `sse:channel:${db}:${channel}`;

// One script reads the last id, adds the event and rings with both ids, so that nodes can pass the event on as it comes. ioredis
// sends its text once on each connection, then its hash, and the text again when Redis does not know it any more.
async function publish() {
  const lua = readFileSync(new URL("../../src/RawSse.Server/Stores/Redis/publish.lua", import.meta.url), "utf8");
  redis.defineCommand("publishEvent", { numberOfKeys: 1, lua });
  const [id] = await redis.publishEvent(stream, type, data, pubSubChannel, maxLength, ttlMs, "PUBLISH", keyMs);
  return id;
}

// The stream is what counts, the message only says that there is something to read. If we end between the two, nodes
// find the event by themselves within some seconds.
async function publishPlain() {
  const id = await redis.xadd(stream, "MAXLEN", "~", maxLength, "*", "type", type, "data", data);
  await redis.pexpire(stream, ttlMs);
  await redis.publish(pubSubChannel, JSON.stringify({ id, type, data }));
  return id;
}

try {
  console.log(await (values.plain ? publishPlain() : publish()));
} catch (error) {
  console.error(`publisher: ${error.message}`);
  process.exitCode = 1;
} finally {
  redis.disconnect();
}
