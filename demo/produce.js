// Streams a data set, one record at a time, each sent when the one before it is acknowledged.
//
//     produce.js BOOTSTRAP TOPIC DATASET LEDGER
//
// The key is the airport of departure; the header "line" is the record's place in the data set. LEDGER gets a line per
// acknowledged record: line, partition, offset. When the broker goes away the producer tries again until it is back; it
// is idempotent, so that what it sends twice is stored once.
import { createWriteStream, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import kafkajs from 'kafkajs'

const [bootstrap, topic, dataset, ledger] = process.argv.slice(2)
// A live source is not endlessly fast; this leaves some seconds for the kill to fall into the middle.
const PAUSE_MS = 3
const { Kafka, Partitioners, logLevel } = kafkajs

const kafka = new Kafka({
  clientId: 'flights',
  brokers: [bootstrap],
  logLevel: logLevel.NOTHING,
  retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 200 }
})

const producer = kafka.producer({
  idempotent: true,
  maxInFlightRequests: 1,
  createPartitioner: Partitioners.DefaultPartitioner
})
await producer.connect()
const acknowledged = createWriteStream(ledger)
const records = JSON.parse(readFileSync(dataset, 'utf8'))
for (const [line, record] of records.entries()) {
  const message = { key: record.origin, value: JSON.stringify(record), headers: { line: String(line) } }
  const [{ partition, baseOffset }] = await producer.send({ topic, acks: -1, messages: [message] })
  acknowledged.write(`${line} ${partition} ${baseOffset}\n`)
  await setTimeout(PAUSE_MS)
}
await producer.disconnect()
await new Promise(done => acknowledged.end(done))
