// @platformatic/kafka: a young JavaScript client on the newest versions of the protocol.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'

const TOPIC = 2
const SET = 0

// The code of the first failure that came from the broker, however deep it is wrapped.
export function errorCode (failure) {
  if (failure?.apiCode !== undefined) return failure.apiCode
  for (const inner of [...(failure?.errors ?? []), failure?.cause]) {
    const code = inner && errorCode(inner)
    if (code !== undefined) return code
  }
}

const optional = value => (value === null ? undefined : value)
const orNull = value => value ?? null
const sorted = numbers => numbers.toSorted((a, b) => a - b)

export class Client {
  constructor (bootstrap) {
    this.base = { clientId: 'compat', bootstrapBrokers: [bootstrap], retries: 100, retryDelay: 100 }
    this.admin = new Admin({ ...this.base, retries: 0 })
  }

  consumer (options) {
    return new Consumer({ ...this.base, deserializers: stringDeserializers, maxWaitTime: 100, ...options })
  }

  // --- records

  async produce ({ topic, records, partition = 0, compression = 'none', acks = -1 }) {
    const producer = new Producer({ ...this.base, serializers: stringSerializers })
    const messages = records.map(r => ({
      topic,
      partition,
      key: optional(r.key),
      value: optional(r.value),
      headers: r.headers,
      timestamp: BigInt(r.timestamp)
    }))
    const sent = await producer.send({ messages, compression, acks })
    await producer.close()
    const first = Number(sent.offsets?.[0]?.offset ?? 0)
    return { offsets: records.map((_, i) => first + i) }
  }

  async consume ({ topic, start, partition = 0 }) {
    const consumer = this.consumer({ groupId: 'read-' + randomUUID() })
    const at = async timestamp =>
      Number((await consumer.listOffsets({ topics: [topic], timestamp })).get(topic)[partition])
    const end = await at(-1n)
    const first = await at(start === 'earliest' ? -2n : start === 'latest' ? -1n : BigInt(start))
    const records = []
    if (first < end) {
      const offsets = [{ topic, partition, offset: BigInt(first) }]
      const stream = await consumer.consume({ topics: [topic], mode: 'manual', offsets, autocommit: false })
      for await (const m of stream) {
        records.push({
          offset: Number(m.offset),
          key: orNull(m.key),
          value: orNull(m.value),
          headers: Object.fromEntries(m.headers),
          timestamp: Number(m.timestamp)
        })
        if (first + records.length === end) break
      }
    }
    await consumer.close(true)
    return { start: first, end, records }
  }

  // --- groups

  async member (stop, emit, { group, topic, session }) {
    const consumer = this.consumer({
      groupId: group,
      sessionTimeout: session,
      rebalanceTimeout: 2 * session,
      heartbeatInterval: session / 6
    })
    consumer.on('consumer:group:join', ({ assignments }) =>
      emit({ assigned: sorted(assignments?.find(a => a.topic === topic)?.partitions ?? []) }))
    const stream = await consumer.consume({
      topics: [topic],
      mode: 'committed',
      fallbackMode: 'earliest',
      autocommit: false
    })
    stream.on('data', async message => {
      await message.commit()
      emit({ committed: [message.value] })
    })
    await Promise.race([stop, once(stream, 'close')])
    await consumer.close(true)
  }

  async committed ({ group, topic, partitions }) {
    const topics = [{ name: topic, partitionIndexes: [...Array(partitions).keys()] }]
    const [found] = await this.admin.listConsumerGroupOffsets({ groups: [{ groupId: group, topics }] })
    const all = found.topics[0].partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex)
    return { offsets: all.map(p => Number(p.committedOffset)) }
  }

  async groups () {
    return { groups: [...(await this.admin.listGroups()).keys()] }
  }

  // --- administration

  async create ({ topic, partitions, config }) {
    const configs = Object.entries(config).map(([name, value]) => ({ name, value }))
    await this.admin.createTopics({ topics: [topic], partitions, replicas: 1, configs })
    return {}
  }

  async grow ({ topic, partitions: count }) {
    await this.admin.createPartitions({ topics: [{ name: topic, count, assignments: null }] })
    return {}
  }

  async describe ({ topic }) {
    const metadata = await this.admin.metadata({ topics: [topic], forceUpdate: true })
    return { leaders: metadata.topics.get(topic).partitions.map(p => p.leader) }
  }

  async configs ({ topic, names }) {
    const resource = { resourceType: TOPIC, resourceName: topic, configurationKeys: names }
    const [{ configs }] = await this.admin.describeConfigs({ resources: [resource] })
    return { values: Object.fromEntries(configs.map(c => [c.name, c.value])) }
  }

  async alter ({ topic, config }) {
    const configs = Object.entries(config).map(([name, value]) => ({ name, value, configOperation: SET }))
    await this.admin.incrementalAlterConfigs({ resources: [{ resourceType: TOPIC, resourceName: topic, configs }] })
    return {}
  }

  async delete ({ topic }) {
    await this.admin.deleteTopics({ topics: [topic] })
    return {}
  }

  async topics () {
    return { topics: await this.admin.listTopics() }
  }
}
