// Runs operations that a test asks for with one of the Node clients.
//
//     driver.js CLIENT BOOTSTRAP     CLIENT: kafkajs or platformatic
//
// Reads one operation per line of standard input, as JSON with its name under "op", and prints one line of JSON for
// each. A refusal by the broker is a result ({"error": CODE}); everything else that goes wrong ends the program with a
// trace. The operation "member" prints a line per event and runs until SIGTERM.
import { readFileSync } from 'node:fs'

const [client, bootstrap] = process.argv.slice(2)
const { Client, errorCode } = await import(`./${client}-client.js`)

const emit = result => process.stdout.write(JSON.stringify(result) + '\n')
const broker = new Client(bootstrap)

for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  const { op, ...args } = JSON.parse(line)
  if (op === 'member') {
    await broker.member(new Promise(stop => process.once('SIGTERM', stop)), emit, args)
    continue
  }
  try {
    emit(await broker[op](args))
  } catch (failure) {
    const code = errorCode(failure)
    if (code === undefined) throw failure
    emit({ error: code })
  }
}
process.exit(0)
