// A server with better-sse, to be compared with: node server.mjs PORT
//
// GET /events/{channel} is a stream, POST /events/{channel}?type=T publishes the body and answers with the id.
import { createServer } from "node:http";
import { createChannel, createEventBuffer, createSession } from "better-sse";

const historyMax = 1000;

// The data is text already: without this it would be sent as a JSON string, in quotes, and each session would quote it again.
const serializer = (data) => data;

// No comment each ten seconds on an idle stream, so no timer for each: that favours it.
const options = { serializer, keepAlive: null };

const channels = new Map(); // name → { channel, events, sequence }

function channelOf(url) {
  const name = url.split("?", 1)[0].split("/").pop();
  let found = channels.get(name);
  if (!found) channels.set(name, found = { channel: createChannel(), events: [], sequence: 0 });
  return found;
}

async function handleStream(req, res) {
  const session = await createSession(req, res, options);
  const { channel, events, sequence } = channelOf(req.url);
  // The library has no history; this is what its guides do, in one batch. Ids have no holes, so the place of the first is known.
  const missing = session.lastId === "" ? 0 : Math.min(sequence - Number(session.lastId), events.length);
  if (missing > 0) {
    const buffer = createEventBuffer({ serializer });
    for (const { data, type, id } of events.slice(-missing)) buffer.push(data, type, id);
    session.batch(buffer);
  }
  channel.register(session);
}

async function handlePublish(req, res) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const data = Buffer.concat(chunks).toString();
  const type = new URL(req.url, "http://127.0.0.1").searchParams.get("type") ?? "message";
  const found = channelOf(req.url);
  const id = String(++found.sequence);
  found.events.push({ data, type, id });
  if (found.events.length > historyMax) found.events.shift();
  found.channel.broadcast(data, type, { eventId: id });
  const body = JSON.stringify({ id });
  res.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
  res.end(body);
}

const [port] = process.argv.slice(2);
createServer((req, res) => (req.method === "POST" ? handlePublish : handleStream)(req, res)).listen(Number(port), "127.0.0.1");
