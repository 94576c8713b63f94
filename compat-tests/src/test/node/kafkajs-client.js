// kafkajs: pure JavaScript. Codecs other than gzip are plugged in, as its users do.
import { randomUUID } from 'node:crypto'
import { compress as zstdCompress, decompress as zstdDecompress, init as zstdInit } from '@bokuweb/zstd-wasm'
import { lz4Compress, lz4Decompress } from '@platformatic/wasm-utils'
import kafkajs from 'kafkajs'
import snappy from 'snappyjs'

const { CompressionTypes, CompressionCodecs, ConfigResourceTypes, Kafka, logLevel } = kafkajs

// Java's snappy writes blocks in a frame of its own; everyone else one plain block.
const FRAME = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])

function unsnappy (data) {
  if (!data.subarray(0, 8).equals(FRAME)) return Buffer.from(snappy.uncompress(data))
  const blocks = []
  for (let at = 16; at < data.length;) {
    const length = data.readUInt32BE(at)
    blocks.push(Buffer.from(snappy.uncompress(data.subarray(at + 4, at + 4 + length))))
    at += 4 + length
  }
  return Buffer.concat(blocks)
}

const codec = (compress, decompress) => () => ({
  compress: async encoder => Buffer.from(compress(encoder.buffer)),
  decompress: async data => Buffer.from(decompress(data))
})

await zstdInit()
CompressionCodecs[CompressionTypes.Snappy] = codec(data => snappy.compress(data), unsnappy)
CompressionCodecs[CompressionTypes.LZ4] = codec(data => lz4Compress(data), data => lz4Decompress(data))
CompressionCodecs[CompressionTypes.ZSTD] = codec(data => zstdCompress(data, 3), data => zstdDecompress(data))

const COMPRESSION = { none: 'None', gzip: 'GZIP', snappy: 'Snappy', lz4: 'LZ4', zstd: 'ZSTD' }

export function errorCode (failure) {
  const inner = failure.errors?.[0] ?? failure
  return inner.code ?? (inner.cause && errorCode(inner.cause))
}

const text = data => (data === null || data === undefined ? null : data.toString())
const textOfEach = headers => Object.fromEntries(Object.entries(headers ?? {}).map(([k, v]) => [k, text(v)]))

export class Client {
  constructor (bootstrap) {
    this.kafka = new Kafka({
      brokers: [bootstrap],
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 60 }
    })
    this.once = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, retries: 2 } })
  }

  async admin (task) {
    const admin = this.once.admin()
    await admin.connect()
    try {
      return await task(admin)
    } finally {
      await admin.disconnect()
    }
  }

  // --- records

  async produce ({ topic, records, partition = 0, compression = 'none', acks = -1 }) {
    const producer = this.kafka.producer()
    await producer.connect()
    const messages = records.map(r => ({ ...r, partition, timestamp: String(r.timestamp) }))
    const [sent] = await producer.send({ topic, acks, compression: CompressionTypes[COMPRESSION[compression]], messages })
    await producer.disconnect()
    return { offsets: sent ? records.map((_, i) => Number(sent.baseOffset) + i) : [] }
  }

  async consume ({ topic, start, partition = 0 }) {
    const of = offsets => Number(offsets.find(o => o.partition === partition).offset)
    const [ends, found] = await this.admin(async admin => {
      const all = await admin.fetchTopicOffsets(topic)
      const isEnd = typeof start === 'string'
      return [all, isEnd ? all : await admin.fetchTopicOffsetsByTimestamp(topic, start)]
    })
    const { low, high } = ends.find(o => o.partition === partition)
    const end = Number(high)
    const first = start === 'earliest' ? Number(low) : of(found)
    return { start: first, end, records: await this.read(topic, partition, first, end) }
  }

  async read (topic, partition, first, end) {
    if (first === end) return []
    const consumer = this.kafka.consumer({ groupId: 'read-' + randomUUID(), maxWaitTimeInMs: 100 })
    await consumer.connect()
    await consumer.subscribe({ topic })
    const records = []
    await new Promise((resolve, reject) => {
      const take = ({ message: m }) => {
        records.push({
          offset: Number(m.offset),
          key: text(m.key),
          value: text(m.value),
          headers: textOfEach(m.headers),
          timestamp: Number(m.timestamp)
        })
        if (first + records.length === end) resolve()
      }
      // What it calls a crash it mostly gets over by itself: a coordinator that is still loading, for one.
      consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || reject(payload.error))
      consumer.on(consumer.events.GROUP_JOIN, () => consumer.seek({ topic, partition, offset: String(first) }))
      consumer.run({ autoCommit: false, eachMessage: async message => take(message) }).catch(reject)
    })
    await consumer.disconnect()
    return records
  }

  // --- groups

  async member (stop, emit, { group, topic, session }) {
    const consumer = this.kafka.consumer({
      groupId: group,
      sessionTimeout: session,
      rebalanceTimeout: 2 * session,
      heartbeatInterval: session / 6,
      maxWaitTimeInMs: 100
    })
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
      emit({ assigned: [...(payload.memberAssignment[topic] ?? [])].sort() }))
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch: { partition, messages } }) => {
        const offset = String(Number(messages.at(-1).offset) + 1)
        await consumer.commitOffsets([{ topic, partition, offset }])
        emit({ committed: messages.map(m => text(m.value)) })
      }
    })
    await stop
    await consumer.disconnect()
  }

  async committed ({ group, topic, partitions }) {
    const [found] = await this.admin(admin => admin.fetchOffsets({ groupId: group, topics: [topic] }))
    const offsets = found.partitions.toSorted((a, b) => a.partition - b.partition).map(p => Number(p.offset))
    return { offsets: offsets.slice(0, partitions) }
  }

  async groups () {
    const { groups } = await this.admin(admin => admin.listGroups())
    return { groups: groups.map(g => g.groupId) }
  }

  // --- administration

  async create ({ topic, partitions: numPartitions, config }) {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    const topics = [{ topic, numPartitions, configEntries }]
    const created = await this.admin(admin => admin.createTopics({ topics, waitForLeaders: false }))
    // It reports this one refusal as a plain false.
    return created ? {} : { error: 36 }
  }

  async grow ({ topic, partitions: count }) {
    await this.admin(admin => admin.createPartitions({ topicPartitions: [{ topic, count }] }))
    return {}
  }

  async describe ({ topic }) {
    const { topics } = await this.admin(admin => admin.fetchTopicMetadata({ topics: [topic] }))
    const partitions = topics[0].partitions.toSorted((a, b) => a.partitionId - b.partitionId)
    return { leaders: partitions.map(p => p.leader) }
  }

  async configs ({ topic, names }) {
    const resource = { type: ConfigResourceTypes.TOPIC, name: topic, configNames: names }
    const { resources } = await this.admin(admin =>
      admin.describeConfigs({ includeSynonyms: false, resources: [resource] }))
    return { values: Object.fromEntries(resources[0].configEntries.map(e => [e.configName, e.configValue])) }
  }

  async alter ({ topic, config }) {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    const resource = { type: ConfigResourceTypes.TOPIC, name: topic, configEntries }
    await this.admin(admin => admin.alterConfigs({ validateOnly: false, resources: [resource] }))
    return {}
  }

  async delete ({ topic }) {
    await this.admin(admin => admin.deleteTopics({ topics: [topic] }))
    return {}
  }

  async topics () {
    return { topics: await this.admin(admin => admin.listTopics()) }
  }
}
