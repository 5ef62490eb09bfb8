// The Node server of a guide on scaling SSE with Redis, to be compared with: REDIS_URL=… node server.mjs PORT CHANNEL…
//
// What stands between the rulers is the guide's code as it stands, but for its types, which Node does not read. What follows joins
// it to a server: GET /events/{channel} is a stream, POST /events/{channel}?type=T publishes the body and answers with the id.
import { createServer } from "node:http";
import { Redis } from "ioredis";

// ---------------------------------------------------------------------------------------------------------------------------------

const redis = new Redis(process.env.REDIS_URL);

// publish returns the Redis Stream entry ID, which becomes the SSE event id
async function publishEvent(channel, event) {
  const id = await redis.xadd(
    `sse:${channel}`,
    "MAXLEN", "~", "10000",   // keep ~10 000 entries, approximate trim
    "*",                       // auto-generate entry id (timestamp-sequence)
    "type", event.type,
    "data", event.data,
  );
  // Also fan-out via Pub/Sub for zero-latency delivery to live subscribers
  await redis.publish(`sse:channel:${channel}`, JSON.stringify({ id, ...event }));
  return id;
}

// Node.js — fan-out subscriber (run once per channel on pod startup)
const clients = new Map(); // channel → local clients

async function startChannelFanOut(channel) {
  const sub = new Redis(process.env.REDIS_URL);
  await sub.subscribe(`sse:channel:${channel}`);

  sub.on("message", (_ch, raw) => {
    const event = JSON.parse(raw);
    const payload =
      `id: ${event.id}\nevent: ${event.type}\ndata: ${event.data}\n\n`;

    for (const res of clients.get(channel) ?? []) {
      res.write(payload);
      // cast to any to access Node's internal flush; see Buffer Management guide
      res.flush?.();
    }
  });
}

async function handleSseRequest(req, res) {
  const channel = parseChannel(req.url);             // e.g. "news"
  const lastId   = req.headers["last-event-id"];

  // SSE headers — disable all proxy/CDN buffering
  res.writeHead(200, {
    "Content-Type":  "text/event-stream",
    "Cache-Control": "no-cache, no-store",
    "Connection":    "keep-alive",
    "X-Accel-Buffering": "no",                       // nginx directive
  });
  res.write(": connected\n\n");                      // comment keeps proxies awake

  // --- Replay missed events ---
  if (lastId) {
    // XRANGE key (lastId, +∞]; "(" prefix means exclusive start
    const missed = await redis.xrange(`sse:${channel}`, `(${lastId}`, "+");
    for (const [id, fields] of missed) {
      const type = fields[fields.indexOf("type") + 1];
      const data = fields[fields.indexOf("data") + 1];
      res.write(`id: ${id}\nevent: ${type}\ndata: ${data}\n\n`);
    }
  }

  // --- Register for live events ---
  if (!clients.has(channel)) clients.set(channel, new Set());
  clients.get(channel).add(res);

  // Clean up on disconnect
  req.on("close", () => {
    clients.get(channel)?.delete(res);
  });
}

function parseChannel(url) {
  // e.g. /events/news → "news"
  return url.split("/").pop() ?? "default";
}

// ---------------------------------------------------------------------------------------------------------------------------------

const [port, ...channels] = process.argv.slice(2);

async function handlePublish(req, res) {
  const { pathname, searchParams } = new URL(req.url, "http://127.0.0.1");
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const data = Buffer.concat(chunks).toString();
  const id = await publishEvent(parseChannel(pathname), { type: searchParams.get("type") ?? "message", data });
  const body = JSON.stringify({ id });
  res.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
  res.end(body);
}

for (const channel of channels) await startChannelFanOut(channel);
createServer((req, res) => (req.method === "POST" ? handlePublish : handleSseRequest)(req, res)).listen(Number(port), "127.0.0.1");
