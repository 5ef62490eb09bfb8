// What the guide has for one node alone, to be compared with: node alone.mjs PORT
//
// The guide tells what its first step replaces: an in-process subscriber registry, an in-process event buffer and an in-process
// sequence counter. This is that, with its handler as it stands (server.mjs has it over Redis), and the same length of history.
import { createServer } from "node:http";

const clients = new Map(); // channel → local clients
const histories = new Map(); // channel → { events, sequence }
const lengthMax = 10000;

function historyOf(channel) {
  let history = histories.get(channel);
  if (!history) histories.set(channel, history = { events: [], sequence: 0 });
  return history;
}

function publishEvent(channel, event) {
  const history = historyOf(channel);
  const id = ++history.sequence;
  const payload = `id: ${id}\nevent: ${event.type}\ndata: ${event.data}\n\n`;
  history.events.push(payload);
  if (history.events.length > lengthMax) history.events.shift();
  for (const res of clients.get(channel) ?? []) res.write(payload);
  return id;
}

function handleSseRequest(req, res) {
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

  // --- Replay missed events: ids have no holes, so the place of the first one is known ---
  if (lastId) {
    const { events, sequence } = historyOf(channel);
    const missing = Math.min(sequence - Number(lastId), events.length);
    if (missing > 0) for (const payload of events.slice(-missing)) res.write(payload);
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

async function handlePublish(req, res) {
  const { pathname, searchParams } = new URL(req.url, "http://127.0.0.1");
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const data = Buffer.concat(chunks).toString();
  const id = publishEvent(parseChannel(pathname), { type: searchParams.get("type") ?? "message", data });
  const body = JSON.stringify({ id: String(id) });
  res.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
  res.end(body);
}

const [port] = process.argv.slice(2);
createServer((req, res) => (req.method === "POST" ? handlePublish : handleSseRequest)(req, res)).listen(Number(port), "127.0.0.1");
