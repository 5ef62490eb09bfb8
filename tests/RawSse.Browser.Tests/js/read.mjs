// Reads COUNT events of the given TYPES (JSON array) from URL with npm's eventsource and prints one JSON object an event.
// Usage: node read.mjs URL COUNT TYPES
import { EventSource } from 'eventsource'

const [url, count, types] = process.argv.slice(2)
let left = Number(count)

const source = new EventSource(url)
const print = (event) => {
  process.stdout.write(JSON.stringify({ id: event.lastEventId, type: event.type, data: event.data }) + '\n')
  if (--left === 0) source.close()
}
for (const type of JSON.parse(types)) source.addEventListener(type, print)
source.addEventListener('open', () => process.stderr.write('open\n'))
source.addEventListener('error', (event) => process.stderr.write(`error ${event.code ?? ''} ${event.message ?? ''}\n`))
