// kafkajs against a started broker: node kafkajs.mjs BOOTSTRAP SCENARIO NAME. Exits with 0 when all is right.
import assert from 'node:assert/strict'
import kafkajs from 'kafkajs'
import { setTimeout as delay } from 'node:timers/promises'

const { Kafka, CompressionTypes, ConfigResourceTypes, AssignerProtocol, logLevel } = kafkajs
const [bootstrap, scenario, name] = process.argv.slice(2)
const kafka = new Kafka({ brokers: [bootstrap], clientId: 'kafkajs', logLevel: logLevel.NOTHING })
const limitMs = 40_000

async function topic(stem, numPartitions) {
  const topic = `${name}-${stem}`
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions }] })
  await admin.disconnect()
  return topic
}

async function send(topic, messages, options = {}, producerOptions = {}) {
  const producer = kafka.producer({ allowAutoTopicCreation: false, ...producerOptions })
  await producer.connect()
  const answer = await producer.send({ topic, messages, ...options })
  await producer.disconnect()
  return answer
}

// A member of a group whose records and assignment can be watched.
async function member(groupId, topic, options = {}) {
  const consumer = kafka.consumer({ groupId, sessionTimeout: 6000, heartbeatInterval: 300, rebalanceTimeout: 10_000 })
  const seen = { records: [], partitions: 0, consumer }
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    seen.partitions = (payload.memberAssignment[topic] ?? []).length
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    ...options,
    eachMessage: async ({ message, partition }) => {
      seen.records.push({ ...message, partition })
    }
  })
  return seen
}

async function until(condition, what) {
  const end = Date.now() + limitMs
  while (!(await condition())) {
    assert.ok(Date.now() < end, `in time: ${what}`)
    await delay(50)
  }
}

const scenarios = {
  async produceEveryCompression() {
    for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
      const t = await topic(`c${compression}`, 2)
      const messages = Array.from({ length: 300 }, (_, i) => ({ key: `k${i}`, value: `v${i} `.repeat(20), partition: i % 2 }))
      await send(t, messages, { compression })
      const reader = await member(`${name}-c${compression}`, t)
      await until(() => reader.records.length === 300, 'all records')
      assert.equal(new Set(reader.records.map(r => r.value.toString())).size, 300)
      await reader.consumer.disconnect()
    }
  },

  async produceEveryAcks() {
    const t = await topic('t', 1)
    for (const acks of [0, 1, -1]) {
      await send(t, Array.from({ length: 50 }, (_, i) => ({ value: `${i}` })), { acks })
    }
    await send(t, [{ value: 'idempotent' }], { acks: -1 }, { idempotent: true })
    const reader = await member(name, t)
    await until(() => reader.records.length === 151, 'all records')
    assert.deepEqual(reader.records.map(r => Number(r.offset)), Array.from({ length: 151 }, (_, i) => i))
    await reader.consumer.disconnect()
  },

  async headersKeysTombstones() {
    const t = await topic('t', 1)
    const [answer] = await send(t, [
      { key: 'k', value: 'v', headers: { a: ['1', '2'] }, timestamp: '1234' },
      { key: 'gone', value: null },
      { value: 'no key' }
    ])
    assert.equal(answer.baseOffset, '0')
    const reader = await member(name, t)
    await until(() => reader.records.length === 3, 'all records')
    const [first, second, third] = reader.records
    assert.deepEqual(first.headers.a.map(String), ['1', '2'])
    assert.equal(first.timestamp, '1234')
    assert.equal(second.key.toString(), 'gone')
    assert.equal(second.value, null)
    assert.equal(third.key, null)
    await reader.consumer.disconnect()
  },

  async consumeFromBothEndsAndByTime() {
    const t = await topic('t', 1)
    await send(t, Array.from({ length: 20 }, (_, i) => ({ value: `v${i}`, timestamp: `${1000 * (i + 1)}` })))
    const admin = kafka.admin()
    await admin.connect()
    const [ends] = await admin.fetchTopicOffsets(t)
    assert.deepEqual([ends.low, ends.high], ['0', '20'])
    const [found] = await admin.fetchTopicOffsetsByTimestamp(t, 7500)
    assert.equal(found.offset, '7')
    await admin.disconnect()
    const reader = await member(name, t)
    await until(() => reader.records.length === 20, 'all records')
    reader.consumer.seek({ topic: t, partition: 0, offset: '18' })
    await until(() => reader.records.length >= 22, 'records again')
    assert.deepEqual(reader.records.slice(20, 22).map(r => r.value.toString()), ['v18', 'v19'])
    await reader.consumer.disconnect()
  },

  async groupRebalances() {
    const t = await topic('t', 4)
    const one = await member(name, t)
    await until(() => one.partitions === 4, 'all to the first')
    const two = await member(name, t)
    await until(() => one.partitions === 2 && two.partitions === 2, 'half to each')
    await one.consumer.disconnect()
    await until(() => two.partitions === 4, 'all to the second')
    await two.consumer.disconnect()
  },

  async commitsComeBack() {
    const t = await topic('t', 1)
    await send(t, Array.from({ length: 10 }, (_, i) => ({ value: `v${i}` })))
    const first = await member(name, t, { autoCommit: false })
    await until(() => first.records.length === 10, 'all records')
    await first.consumer.commitOffsets([{ topic: t, partition: 0, offset: '5', metadata: 'five' }])
    await first.consumer.disconnect()
    const second = await member(name, t)
    await until(() => second.records.length === 5, 'the rest')
    assert.equal(second.records[0].value.toString(), 'v5')
    await second.consumer.disconnect()
  },

  async admin() {
    const t = await topic('t', 2)
    const admin = kafka.admin()
    await admin.connect()
    assert.ok((await admin.listTopics()).includes(t))
    assert.equal((await admin.describeCluster()).brokers.length, 1)
    await admin.createPartitions({ topicPartitions: [{ topic: t, count: 3 }] })
    await until(async () => (await admin.fetchTopicMetadata({ topics: [t] })).topics[0].partitions.length === 3, 'grown')
    const resource = { type: ConfigResourceTypes.TOPIC, name: t }
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] })
    assert.equal(resources[0].configEntries.find(e => e.configName === 'retention.ms').configValue, '604800000')
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ ...resource, configEntries: [{ name: 'retention.ms', value: '5000' }] }]
    })
    await admin.setOffsets({ groupId: name, topic: t, partitions: [{ partition: 0, offset: '0' }] })
    const [offsets] = await admin.fetchOffsets({ groupId: name, topics: [t] })
    assert.equal(offsets.partitions.find(p => p.partition === 0).offset, '0')
    const reader = await member(`${name}-members`, t)
    await until(() => reader.partitions === 3, 'assigned')
    const { groups } = await admin.describeGroups([`${name}-members`])
    assert.equal(groups[0].state, 'Stable')
    assert.equal(AssignerProtocol.MemberAssignment.decode(groups[0].members[0].memberAssignment).assignment[t].length, 3)
    assert.ok((await admin.listGroups()).groups.some(g => g.groupId === `${name}-members`))
    await reader.consumer.disconnect()
    await admin.deleteGroups([`${name}-members`])
    await send(t, [{ value: '1', partition: 0 }, { value: '2', partition: 0 }])
    await admin.deleteTopicRecords({ topic: t, partitions: [{ partition: 0, offset: '1' }] })
    assert.equal((await admin.fetchTopicOffsets(t)).find(p => p.partition === 0).low, '1')
    await admin.deleteTopics({ topics: [t] })
    await admin.disconnect()
  },

  async errors() {
    const t = await topic('t', 1)
    const admin = kafka.admin({ retry: { retries: 0 } })
    await admin.connect()
    assert.equal(await admin.createTopics({ topics: [{ topic: t }] }), false)
    await assert.rejects(admin.createTopics({ topics: [{ topic: 'a b' }] }), /INVALID_TOPIC|invalid topic/i)
    const three = [{ topic: `${name}-rf`, replicationFactor: 3 }]
    await assert.rejects(admin.createTopics({ topics: three }), e => e.errors[0].type === 'INVALID_REPLICATION_FACTOR')
    await assert.rejects(admin.deleteTopics({ topics: [`${name}-none`] }), e => e.type === 'UNKNOWN_TOPIC_OR_PARTITION')
    await assert.rejects(send(t, [{ value: 'x'.repeat(2_000_000) }], {}, { retry: { retries: 0 } }), e =>
      e.type === 'MESSAGE_TOO_LARGE' || e.cause?.type === 'MESSAGE_TOO_LARGE')
    await admin.disconnect()
  }
}

await scenarios[scenario]()
process.exit(0)
