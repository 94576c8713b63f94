// @platformatic/kafka against a started broker: node platformatic.mjs BOOTSTRAP SCENARIO NAME. Exits with 0 when right.
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'

const [bootstrap, scenario, name] = process.argv.slice(2)
const common = { clientId: 'platformatic', bootstrapBrokers: [bootstrap] }
const limitMs = 40_000

async function withAdmin(action) {
  const admin = new Admin(common)
  try {
    return await action(admin)
  } finally {
    await admin.close()
  }
}

async function topic(stem, partitions) {
  const topic = `${name}-${stem}`
  await withAdmin(async admin => {
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 })
    await until(async () => {
      const metadata = await admin.metadata({ topics: [topic], forceUpdate: true })
      const found = metadata.topics.get(topic)
      return found && found.partitionsCount === partitions
    }, 'topic is known')
  })
  return topic
}

async function until(condition, what) {
  const end = Date.now() + limitMs
  let failure
  while (true) {
    try {
      if (await condition()) {
        return
      }
    } catch (e) {
      failure = e
    }
    assert.ok(Date.now() < end, `in time: ${what} ${failure ?? ''}`)
    await delay(50)
  }
}

async function send(topic, messages, options = {}) {
  const producer = new Producer({ ...common, serializers: stringSerializers, ...options })
  try {
    return await producer.send({ messages: messages.map(m => ({ topic, ...m })) })
  } finally {
    await producer.close()
  }
}

async function member(groupId, topic, options = {}) {
  const consumer = new Consumer({ ...common, groupId, deserializers: stringDeserializers })
  const seen = { records: [], consumer }
  seen.stream = await consumer.consume({
    topics: [topic],
    mode: 'committed',
    fallbackMode: 'earliest',
    autocommit: false,
    sessionTimeout: 6000,
    heartbeatInterval: 300,
    rebalanceTimeout: 10_000,
    maxWaitTime: 200,
    ...options
  })
  seen.stream.on('data', message => seen.records.push(message))
  seen.partitions = () => (consumer.assignments ?? []).flatMap(a => a.partitions).length
  return seen
}

const scenarios = {
  async produceEveryCompression() {
    for (const compression of ['none', 'gzip', 'snappy', 'lz4']) {
      const t = await topic(compression, 2)
      const messages = Array.from({ length: 300 }, (_, i) => ({ key: `k${i}`, value: `v${i} `.repeat(20), partition: i % 2 }))
      await send(t, messages, { compression })
      const reader = await member(`${name}-${compression}`, t)
      await until(() => reader.records.length === 300, `all records of ${compression}`)
      assert.equal(new Set(reader.records.map(r => r.value)).size, 300)
      await reader.consumer.close(true)
    }
  },

  async produceEveryAcks() {
    const t = await topic('t', 1)
    for (const acks of [0, 1, -1]) {
      await send(t, Array.from({ length: 50 }, (_, i) => ({ value: `${i}` })), { acks })
    }
    await send(t, [{ value: 'idempotent' }], { idempotent: true })
    const reader = await member(name, t)
    await until(() => reader.records.length === 151, 'all records')
    await reader.consumer.close(true)
  },

  async headersKeysTombstones() {
    const t = await topic('t', 1)
    await send(t, [
      { key: 'k', value: 'v', headers: { a: '1' }, timestamp: 1234n },
      { key: 'gone' },
      { value: 'no key' }
    ])
    const reader = await member(name, t)
    await until(() => reader.records.length === 3, 'all records')
    const [first, second, third] = reader.records
    assert.equal(first.headers.get('a'), '1')
    assert.equal(first.timestamp, 1234n)
    assert.equal(second.key, 'gone')
    assert.ok(!second.value)
    assert.ok(!third.key)
    await reader.consumer.close(true)
  },

  async groupRebalances() {
    const t = await topic('t', 4)
    const one = await member(name, t)
    await until(() => one.partitions() === 4, 'all to the first')
    const two = await member(name, t)
    await until(() => one.partitions() === 2 && two.partitions() === 2, 'half to each')
    await one.consumer.close(true)
    await until(() => two.partitions() === 4, 'all to the second')
    await two.consumer.close(true)
  },

  async commitsComeBack() {
    const t = await topic('t', 1)
    await send(t, Array.from({ length: 10 }, (_, i) => ({ value: `v${i}` })))
    const first = await member(name, t)
    await until(() => first.records.length === 10, 'all records')
    await first.records[4].commit()
    await first.consumer.close(true)
    const second = await member(name, t)
    await until(() => second.records.length === 5, 'the rest')
    assert.equal(second.records[0].value, 'v5')
    await second.consumer.close(true)
  },

  async admin() {
    const t = await topic('t', 2)
    await withAdmin(async admin => {
      assert.ok((await admin.listTopics()).includes(t))
      await admin.createPartitions({ topics: [{ name: t, count: 3, assignments: [] }] })
      const reader = await member(name, t)
      await until(() => reader.partitions() === 3, 'assigned')
      const groups = await admin.describeGroups({ groups: [name] })
      assert.equal(groups.get(name).state, 'STABLE')
      assert.ok((await admin.listGroups()).has(name))
      await reader.consumer.close(true)
      await admin.deleteGroups({ groups: [name] })
      await admin.deleteTopics({ topics: [t] })
    })
  },

  async errors() {
    const t = await topic('t', 1)
    await withAdmin(async admin => {
      await assert.rejects(admin.createTopics({ topics: [t], partitions: 1, replicas: 1 }), describes('TOPIC_ALREADY_EXISTS'))
      await assert.rejects(admin.createTopics({ topics: ['a b'], partitions: 1, replicas: 1 }), describes('INVALID_TOPIC_EXCEPTION'))
    })
  }
}

// An error of this client holds those of the broker in it, several levels down.
function describes(apiId) {
  const within = e => e.apiId === apiId || (e.errors ?? []).some(within) || (e.cause ? within(e.cause) : false)
  return within
}

await scenarios[scenario]()
process.exit(0)
