"""Runs operations that a test asks for with one of the Python clients.

    driver.py CLIENT BOOTSTRAP     CLIENT: kafka_python or confluent

Reads one operation per line of standard input, as JSON with its name under "op", and prints one line of JSON for each.
A refusal by the broker is a result ({"error": CODE}); everything else that goes wrong ends the program with a trace.
The operation "member" prints a line per event and runs until SIGTERM.
"""
import importlib
import json
import signal
import sys
import threading


def emit(result):
    print(json.dumps(result), flush=True)


def main():
    client = importlib.import_module(sys.argv[1] + "_client")
    broker = client.Client(sys.argv[2])
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    for line in sys.stdin:
        operation = json.loads(line)
        name = operation.pop("op")
        if name == "member":
            broker.member(stopping, emit, **operation)
        else:
            try:
                emit(getattr(broker, name)(**operation))
            except client.Refused as refusal:
                emit({"error": client.error_code(refusal)})


main()
